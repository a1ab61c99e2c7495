"""Reads messages with Python's email package, which knows nothing of Shodo, and prints what they say as JSON lines."""
import email, email.header, email.policy, email.utils, json, sys

# The newer interface of Python 3.11 leaves a space between the encoded words of a display name (RFC 2047 6.2 says
# that it is to be ignored), so names are read by the older one.
def names(raw, header):
    old = email.message_from_bytes(raw)
    for name, address in email.utils.getaddresses([old[header]]):
        yield str(email.header.make_header(email.header.decode_header(name))), address


for path in sys.argv[1:]:
    with open(path, 'rb') as f:
        raw = f.read()
    assert b'\n' not in raw.replace(b'\r\n', b''), path
    assert b'\r' not in raw.replace(b'\r\n', b''), path
    assert all(len(line) <= 998 for line in raw.split(b'\r\n')), path
    head = raw.split(b'\r\n\r\n', 1)[0]
    assert all(len(line) <= 78 or b'@' in line for line in head.split(b'\r\n')), path
    assert head.isascii(), path
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not message.defects, (path, message.defects)
    to = message['to'].addresses
    print(json.dumps({
        'subject': message['subject'], 'from': next(names(raw, 'from'))[0],
        'to': to[0].addr_spec, 'name': next(names(raw, 'to'))[0], 'count': len(to),
        'text': message.get_content().replace('\r\n', '\n'), 'charset': message.get_content_charset(),
        'id': message['message-id'], 'references': message['references'], 'answers': message['in-reply-to'],
        'date': message['date'].datetime.isoformat(), 'auto': message['auto-submitted'],
    }, sort_keys=True))
