#!/bin/bash
# minami.sh PROGRAM PLAYER ROOT: the whole incident over HTTP by its people, each signed in with a password and
# a session of their own; bare and behind nginx with TLS and HTTP/2; the server is restarted in the middle.  TAP.
program=$1 player=$2 root=$3
work=$(mktemp -d) || exit 3
server=
nginx=
stop() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
  server=
}
trap 'stop; [ -z "$nginx" ] || kill "$nginx" 2>/dev/null; rm -rf "$work"' EXIT
number=0 bad=0
export LC_ALL=C.UTF-8
unset SHODO_DATA http_proxy https_proxy

result() {
  number=$((number + 1))
  if [ "$1" = 0 ]; then
    echo "ok $number - $2"
  else
    bad=1
    echo "not ok $number - $2"
    cat "$work/log" "$work/nginx.log" "$work/out" 2>/dev/null | sed 's/^/# /' | tail -n 25
  fi
}

start() {
  "$program" serve --data "$work/$1" --listen "unix:$work/web.sock" 2>>"$work/log" &
  server=$!
  for _ in $(seq 200); do
    curl -s --unix-socket "$work/web.sock" http://localhost/healthz | grep -q ok && return 0
    sleep 0.05
  done
  return 1
}

# Run by the player in the middle of the incident.
cat >"$work/restart" <<SH
#!/bin/bash
read -r pid <"$work/pid"
kill -9 "\$pid"
while kill -0 "\$pid" 2>/dev/null; do sleep 0.02; done
setsid "$program" serve --data "$work/\$1" --listen "unix:$work/web.sock" 2>>"$work/log" </dev/null >/dev/null &
echo \$! >"$work/pid"
SH
chmod +x "$work/restart"

play() { # NAME
  "$program" init --data "$work/$1" --plan "$root/plans/miyazaki.yaml" --name みなみ市 >/dev/null 2>"$work/out" || return 1
  start "$1" || return 1
  echo "$server" >"$work/pid"
  SHODO_TEST_RESTART="$work/restart $1" SHODO_TEST_RESTART_AFTER=120 \
    "$player" "$root/scenarios/minami.yaml" --data "$work/$1" >"$work/out" 2>&1
  local status=$?
  read -r server <"$work/pid"
  kill "$server" 2>/dev/null
  while kill -0 "$server" 2>/dev/null; do sleep 0.05; done
  server=
  return $status
}

export SHODO_TEST_URL=http://localhost SHODO_TEST_SOCKET=$work/web.sock
play bare
result $? "the incident over HTTP, killed and restarted in the middle: $(tail -n 1 "$work/out")"
"$program" verify --data "$work/bare" >"$work/out" 2>&1
result $? "its journal is sound"
"$program" case list --data "$work/bare" --json 2>"$work/out" | jq -e '.cases | length == 1' >>"$work/out"
result $? "one case, nothing done twice"

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost 2>/dev/null
port=$((20000 + RANDOM % 20000))
cat >"$work/nginx.conf" <<CONF
daemon off;
user $(id -un) $(id -gn);
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  server {
    listen 127.0.0.1:$port ssl http2;
    ssl_certificate $work/cert.pem;
    ssl_certificate_key $work/key.pem;
    location / {
      proxy_pass http://unix:$work/web.sock;
      proxy_http_version 1.1;
      proxy_set_header Host \$http_host;
      proxy_set_header Connection "";
    }
  }
}
CONF
nginx -c "$work/nginx.conf" 2>>"$work/log" &
nginx=$!
for _ in $(seq 100); do [ -s "$work/nginx.pid" ] && break; sleep 0.05; done
export SHODO_TEST_URL=https://localhost:$port SHODO_TEST_CA=$work/cert.pem
unset SHODO_TEST_SOCKET
play proxied
result $? "the same behind nginx with TLS and HTTP/2: $(tail -n 1 "$work/out")"
"$program" verify --data "$work/proxied" >"$work/out" 2>&1
result $? "its journal is sound"
echo "1..$number"
exit $bad
