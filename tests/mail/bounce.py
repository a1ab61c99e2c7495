"""Mail that comes back, from end to end: the program serves an office, a Postfix that we did not write takes what it sends, finds
that there is nobody, and gives its report back to `shodo mail receive` by pipe(8); replies come by SMTP.  TAP; root only, since
Postfix is: the office belongs to nobody.

usage: bounce.py PROGRAM SOURCE_ROOT"""
import json, os, pwd, random, shutil, smtplib, socket, subprocess, sys, tempfile, time
from email.message import EmailMessage

program, root = sys.argv[1:3]
base = tempfile.mkdtemp(prefix='shodo-bounce-')
who = pwd.getpwnam('nobody')
shodo, data = base + '/shodo', base + '/office/data'
number = bad = 0


def result(ok, name, more=''):
    global number, bad
    number += 1
    bad += not ok
    print('%sok %d - %s' % ('' if ok else 'not ', number, name), flush=True)
    if not ok:
        print(''.join('# %s\n' % line for line in str(more).splitlines()[-20:]), flush=True)


def run(*argv, stdin=subprocess.DEVNULL):
    return subprocess.run([shodo, *argv, '--data', data], stdin=stdin, capture_output=True, text=True, user=who.pw_uid, group=who.pw_gid,
                          extra_groups=[], env={'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin', 'HOME': base})


def must(*argv):
    done = run(*argv)
    if done.returncode:
        raise SystemExit('%s: %s%s' % (' '.join(argv), done.stdout, done.stderr))
    return done.stdout


def act(name, who_does, fields, *more):
    return must('act', name, '--as', who_does, '--json', json.dumps(fields), *more)


def show(*argv):
    return json.loads(must('mail', *argv, '--json'))


def until(what, seconds=30):
    for _ in range(seconds * 10):
        if what():
            return True
        time.sleep(0.1)
    return False


def serve():
    started = subprocess.Popen([shodo, 'serve', '--data', data], stderr=open(base + '/serve.log', 'w'), user=who.pw_uid, group=who.pw_gid, extra_groups=[],
                               env={'LC_ALL': 'C.UTF-8', 'PATH': '/usr/bin:/bin', 'HOME': base})
    until(lambda: os.path.exists(data + '/control.sock') and '動いています' in open(base + '/serve.log').read())
    return started


def stop(process):
    process.terminate()
    process.wait(30)


def free_port():
    while True:  # from below those that the kernel gives to clients
        port = random.randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(('127.0.0.1', port))
                return port
            except OSError:
                continue


def send(port, sender, cites, text):
    message = EmailMessage()
    message['From'] = sender
    message['To'] = 'poc@city.example.lg.jp'
    message['Subject'] = 'Re: 依頼'
    message['In-Reply-To'] = cites
    message.set_content(text)
    with smtplib.SMTP('127.0.0.1', port) as smtp:
        smtp.send_message(message)


os.umask(0o022)  # others than who runs the test read what is here, however strict it was built
os.chmod(base, 0o755)
shutil.copy(program, shodo)
shutil.copy(root + '/plans/miyazaki.yaml', base + '/plan.yaml')
os.chmod(shodo, 0o755)
os.chmod(base + '/plan.yaml', 0o644)
os.mkdir(base + '/office', 0o700)
os.chown(base + '/office', who.pw_uid, who.pw_gid)
os.mkdir(base + '/post')
port, lgwan, imap, submission = free_port(), free_port(), free_port(), free_port()
servers = subprocess.Popen([sys.executable, os.path.dirname(os.path.abspath(__file__)) + '/servers.py', base + '/post', str(port), str(lgwan), str(imap), str(submission), shodo, data],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
office = None
try:
    must('init', '--plan', base + '/plan.yaml')
    result(servers.stdout.readline().strip() == 'ready', 'Postfix is there')
    office = serve()
    boss = 'p1/administrator'
    act('office.add_person', boss, {'name': '担当一郎', 'mail': 'staff@gone.example.jp'})
    act('office.add_person', boss, {'name': '税務七子', 'mail': 'tax@ward.example.jp'})
    act('office.appoint', boss, {'person': 'p2', 'post': 'system-staff', 'from': '2024-04-01'})
    staff = '担当一郎/system-staff'
    act('mail.set_relay', boss, {'network': 'internet', 'host': '127.0.0.1', 'port': port, 'tls': 'none', 'from': 'poc@city.example.lg.jp'})
    act('mail.set_exercise_list', boss, {'addresses': ['staff@gone.example.jp', 'tax@ward.example.jp']})
    act('notice.receive', staff, {'channel': 'telephone', 'received': '2026-11-20T10:00', 'via': 'manager', 'subject': '不審なメール', 'text': '添付を開いた。'})
    act('intake.open', staff, {'title': '不審なメール', 'notices': ['n1'], 'mode': 'real'})
    alert = {'text': '添付を開かないでください。', 'to': '税務課', 'mail_to': ['p2', 'p3']}
    act('reporting.alert_staff', staff, alert, '--case', '1')

    state = lambda mail: show('show', mail)['state']
    result(until(lambda: state('o1') == 'bounced'), 'a report of non-delivery comes back by pipe: 不達', run('mail', 'show', 'o1').stdout)
    one = show('show', 'o1')
    result([e['kind'] for e in one['history']] == ['mail.attempted', 'mail.accepted', 'mail.received'], 'each attempt is listed', one['history'])
    result(one['history'][-1]['status'] == '5.1.1' and 'nobody there' in one['history'][-1]['words'], 'with what Postfix said', one['history'])
    result(until(lambda: state('o2') == 'accepted'), 'the other mail is there')
    two = show('show', 'o2')

    send(port, '税務七子 <tax@ward.example.jp>', two['message_id'], '開いていません。')
    received = lambda: show('inbox')['received']
    result(until(lambda: len(received()) == 2), 'a reply comes by SMTP', received())
    reply = show('show', received()[0]['id'])
    result((reply['kind'], reply['state'], reply['case'], reply['mail'], reply['from'], reply['text'].strip()) ==
           ('reply', 'sorted', 1, 'o2', 'tax@ward.example.jp', '開いていません。'), 'and goes to its case', reply)
    result('開いていません。' in must('case', 'log', '1'), 'where it stands in the log')
    original = run('mail', 'original', reply['id'], '-o', base + '/office/original.eml')
    result(original.returncode == 0 and two['message_id'].encode() in open(base + '/office/original.eml', 'rb').read(), 'its original can be had', original.stderr)

    stop(office)
    send(port, 'tax@ward.example.jp', two['message_id'], '止まっている間の返信')
    flush = lambda: subprocess.run(['postqueue', '-c', base + '/post/internet-etc', '-f'], capture_output=True)
    queue = lambda: subprocess.run(['postqueue', '-c', base + '/post/internet-etc', '-p'], capture_output=True, text=True).stdout
    result(until(lambda: 'temporary failure' in queue()), 'while nothing serves the office Postfix keeps it', queue())
    office = serve()
    flush()
    result(until(lambda: len(received()) == 3), 'and hands it over later', queue())
    result(len(show('list')['mails']) == 2 and 'empty' in queue(), 'nothing was answered, nothing is left', queue())
    with open(base + '/again.eml', 'wb') as f:
        f.write(b'Received: again\n' + open(base + '/office/original.eml', 'rb').read())
    with open(base + '/again.eml') as f:
        again = run('mail', 'receive', stdin=f)
    result(again.returncode == 0 and len(received()) == 3, 'the same once more is the same', again.stderr)
    empty = run('mail', 'receive')
    result(empty.returncode == 65, 'nothing at all is no mail', empty.stderr)
    stop(office)
    office = None
    with open(base + '/again.eml') as f:
        later = run('mail', 'receive', stdin=f)
    result(later.returncode == 75, 'EX_TEMPFAIL while nothing serves', later.stderr)
    result(run('verify').returncode == 0, 'the journal is sound')
except SystemExit as error:
    result(False, 'it goes on', error)
finally:
    if office:
        stop(office)
    servers.stdin.close()
    servers.wait()
    if bad and os.path.exists(base + '/post/internet-spool/log'):
        print(''.join('# ' + line for line in open(base + '/post/internet-spool/log').readlines()[-20:]))
    shutil.rmtree(base, ignore_errors=True)
print('1..%d' % number)
sys.exit(bad != 0)
