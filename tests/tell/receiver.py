"""A receiver of webhooks as somebody else would write it: standard library only, the check of docs/events.md.

usage: receiver.py http|https DIR [CERTIFICATE KEY]
Prints the port it listens on.  Every request becomes a line of DIR/got: the path, the id, the type, the entry, and whether the
signature holds under the secret in DIR/secret.  How it answers is read from DIR/mode at each request: an HTTP number, "hang" (no answer), "drop"
(closed without one), "redirect" (to DIR/elsewhere), "flood" (an answer without end), "slow" (200 after a moment)."""
import base64, hashlib, hmac, http.server, json, os, ssl, sys, threading, time

scheme, base = sys.argv[1:3]
lock = threading.Lock()


# --- as in docs/events.md ---
def verify(secret, headers, body, tolerance=300):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    ident, when = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(when)) > tolerance:
        return False
    wanted = base64.b64encode(hmac.new(key, f"{ident}.{when}.".encode() + body, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(given, "v1," + wanted) for given in headers["webhook-signature"].split(" "))
# --- end ---


def read(name, otherwise):
    try:
        with open(base + "/" + name) as f:
            return f.read().strip()
    except FileNotFoundError:
        return otherwise


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.note("GET")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def note(self, *words):
        with lock, open(base + "/got", "a") as f:
            f.write(" ".join(words) + "\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        event = json.loads(body)
        good = verify(read("secret", "whsec_AAAA"), self.headers, body)
        mode = read("mode", "200")
        with lock, open(base + "/bodies", "ab") as f:
            f.write(body + b"\n")
        self.note(self.path, self.headers["webhook-id"], event["type"], str(event["data"]["entry"]), "good" if good else "bad", mode)
        if mode == "hang":
            time.sleep(60)
        elif mode == "drop":
            self.close_connection = True
            self.connection.close()
        elif mode == "flood":
            self.send_response(200)
            self.send_header("Content-Length", "100000000")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                self.close_connection = True
        else:
            if mode == "slow":
                time.sleep(0.02)
            code = 307 if mode == "redirect" else 200 if mode == "slow" else int(mode)
            self.send_response(code)
            if mode == "redirect":
                self.send_header("Location", read("elsewhere", "/elsewhere"))
            self.send_header("Content-Length", "0")
            self.end_headers()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args):
        pass


server = Server(("127.0.0.1", 0), Receiver)
if scheme == "https":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*sys.argv[3:5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
