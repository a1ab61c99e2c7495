"""Fetches every message of a user over IMAP, waits until there are COUNT, and writes them as files; prints their paths.

usage: fetch.py PORT USER COUNT DIR"""
import imaplib, sys, time

port, user, count, directory = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
imap = imaplib.IMAP4('127.0.0.1', port)
imap.login(user, 'test')
for _ in range(600):
    imap.select('INBOX')
    numbers = imap.search(None, 'ALL')[1][0].split()
    if len(numbers) >= count:
        break
    time.sleep(0.1)
for number in numbers:
    raw = imap.fetch(number, '(BODY.PEEK[])')[1][0][1]
    path = '%s/%s-%s.eml' % (directory, user, number.decode())
    with open(path, 'wb') as f:
        f.write(raw)
    print(path)
imap.logout()
