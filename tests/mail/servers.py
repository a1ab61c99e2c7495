"""Two Postfix and one Dovecot of a test's own, on loopback, beneath one directory; nothing of the system's is touched.

usage: servers.py DIR INTERNET_PORT LGWAN_PORT IMAP_PORT SUBMISSION_PORT [PROGRAM DATA]
Prints "ready" once all of them answer, and ends them when its standard input is closed.
The first Postfix offers STARTTLS with a certificate that DIR/ca.pem vouches for; the second does not.
At the submission port the first takes mail only from who signs in by TLS, as anybody with the password "test".
With PROGRAM and DATA the first gives what is for poc@ to `PROGRAM mail receive --data DATA`, as nobody, and
asks the second for gone.example.jp, which says that nobody is there.
Everything else that either takes lands in DIR/internet and DIR/lgwan (Maildir), which Dovecot serves to users of those names."""
import os, pwd, shutil, signal, socket, subprocess, sys, time

base, internet, lgwan, imap, submission = sys.argv[1], *map(int, sys.argv[2:6])
program, data = sys.argv[6:8] if len(sys.argv) > 6 else (None, None)
uid, gid = pwd.getpwnam('nobody').pw_uid, pwd.getpwnam('nobody').pw_gid
os.chmod(base, 0o755)
os.umask(0o022)  # the servers run as others than who runs the test


def write(path, text):
    with open(path, 'w') as f:
        f.write(text)


def run(*argv):
    with open(base + '/started', 'w') as told:  # not a pipe, which a daemon would keep open
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
    if done.returncode:
        sys.exit('%s: %s' % (' '.join(argv), open(base + '/started').read()))


def certificate():
    run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=Test CA',
        '-keyout', base + '/ca.key', '-out', base + '/ca.pem')
    run('openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=relay', '-keyout', base + '/relay.key', '-out', base + '/relay.csr')
    write(base + '/relay.ext', 'subjectAltName=IP:127.0.0.1\n')
    run('openssl', 'x509', '-req', '-in', base + '/relay.csr', '-CA', base + '/ca.pem', '-CAkey', base + '/ca.key', '-CAcreateserial',
        '-days', '30', '-extfile', base + '/relay.ext', '-out', base + '/relay.pem')


def postfix(name, port, tls):
    etc, spool, box = ('%s/%s-%s' % (base, name, what) for what in ('etc', 'spool', 'box'))
    for path in (etc, spool, spool + '/data'):
        os.mkdir(path)
    os.mkdir('%s/%s' % (base, name))
    os.chown('%s/%s' % (base, name), uid, gid)
    shutil.chown(spool + '/data', 'postfix')
    main = {
        'compatibility_level': '3.6', 'queue_directory': spool, 'data_directory': spool + '/data', 'mail_owner': 'postfix', 'setgid_group': 'postdrop',
        'command_directory': '/usr/sbin', 'daemon_directory': '/usr/lib/postfix/sbin', 'myhostname': name + '.relay.example.jp',
        'mydestination': '', 'inet_interfaces': '127.0.0.1', 'inet_protocols': 'ipv4', 'mynetworks': '127.0.0.0/8',
        'virtual_mailbox_domains': 'static:all', 'virtual_mailbox_base': base, 'virtual_mailbox_maps': 'static:%s/' % name,
        'virtual_uid_maps': 'static:%d' % uid, 'virtual_gid_maps': 'static:%d' % gid, 'virtual_minimum_uid': '1',
        'smtpd_relay_restrictions': 'permit_mynetworks,reject', 'local_recipient_maps': '', 'smtputf8_enable': 'no',
        'maillog_file': spool + '/log', 'maillog_file_prefixes': base, 'smtpd_client_connection_rate_limit': '0', 'alias_maps': '', 'alias_database': '',
        'smtpd_tls_security_level': 'may' if tls else 'none', 'in_flow_delay': '0',
    }
    if tls:
        main.update(smtpd_tls_cert_file=base + '/relay.pem', smtpd_tls_key_file=base + '/relay.key')
    if program and tls:
        main.update(transport_maps='inline:{ {gone.example.jp = smtp:[127.0.0.1]:%d}, {poc@city.example.lg.jp = shodo:} }' % lgwan,
                    shodo_destination_recipient_limit='1', notify_classes='')
    elif program:
        main.update(transport_maps='inline:{ {gone.example.jp = error:5.1.1 nobody there} }')
    write(etc + '/main.cf', ''.join('%s = %s\n' % row for row in main.items()))
    rows = ['127.0.0.1:%d inet n - n - - smtpd' % port]
    if tls:
        rows += ['127.0.0.1:%d inet n - n - - smtpd' % submission, '  -o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes',
                 '  -o smtpd_sasl_type=dovecot -o smtpd_sasl_path=private/auth -o smtpd_relay_restrictions=permit_sasl_authenticated,reject']
    rows += ['pickup unix n - n 60 1 pickup', 'cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr', 'tlsmgr unix - - n 1000? 1 tlsmgr',
             'rewrite unix - - n - - trivial-rewrite', 'bounce unix - - n - 0 bounce', 'defer unix - - n - 0 bounce', 'trace unix - - n - 0 bounce',
             'verify unix - - n - 1 verify', 'flush unix n - n 1000? 0 flush', 'proxymap unix - - n - - proxymap', 'error unix - - n - - error',
             'retry unix - - n - - error', 'discard unix - - n - - discard', 'virtual unix - n n - - virtual', 'anvil unix - - n - 1 anvil',
             'scache unix - - n - 1 scache', 'postlog unix-dgram n - n - 1 postlogd', 'smtp unix - - n - - smtp', 'relay unix - - n - - smtp', 'local unix - n n - - local']
    if tls and program:
        rows += ['shodo unix - n n - 1 pipe', '  flags=DRX user=nobody argv=%s mail receive --data %s' % (program, data)]
    write(etc + '/master.cf', '\n'.join(rows) + '\n')
    run('postfix', '-c', etc, 'start')
    return lambda: subprocess.run(['postfix', '-c', etc, 'stop'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def dovecot(port):
    run_dir = base + '/dovecot'
    os.mkdir(run_dir)
    write(base + '/dovecot.conf', f'''
base_dir = {run_dir}
state_dir = {run_dir}
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{base}/%u
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
auth_mechanisms = plain login
auth_failure_delay = 0
service auth {{
  unix_listener {base}/internet-spool/private/auth {{
    mode = 0666
  }}
}}
passdb {{
  driver = static
  args = password=test
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}
}}
''')
    run('dovecot', '-c', base + '/dovecot.conf')

    def end():
        pid = int(open(run_dir + '/master.pid').read())
        os.kill(pid, signal.SIGTERM)
        for _ in range(100):
            if not os.path.exists('/proc/%d' % pid):
                return
            time.sleep(0.05)
    return end


def answers(port):
    for _ in range(200):
        try:
            with socket.create_connection(('127.0.0.1', port), 2) as s:
                if s.recv(3):
                    return
        except OSError:
            time.sleep(0.05)
    sys.exit('nothing answers on port %d' % port)


ends = []
try:
    certificate()
    ends.append(postfix('internet', internet, True))
    ends.append(postfix('lgwan', lgwan, False))
    ends.append(dovecot(imap))
    for port in (internet, lgwan, imap, submission):
        answers(port)
    print('ready', flush=True)
    sys.stdin.read()
finally:
    for end in ends:
        end()
