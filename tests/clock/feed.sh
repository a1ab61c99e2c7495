#!/bin/sh
# The calendar feed of a post, read by a parser that we did not write (icalendar), and by its lines.
#   feed.sh SHODO ROOT
set -u
shodo=$1 root=$2
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8
count=0
report() { # STATUS NAME
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; sed 's/^/# /' "$dir/out"; fi
}
python=$(command -v /usr/bin/python3 || command -v python3)
if ! "$python" -c 'import icalendar' 2>/dev/null; then
  echo '1..0 # SKIP python3-icalendar is not installed'
  exit 0
fi
echo 1..5
"$shodo" init --data "$dir/office" --plan "$root/plans/miyazaki.yaml" --administrator 管理花子 >"$dir/out" 2>&1 &&
  "$shodo" play "$root/scenarios/drills/missend.yaml" --data "$dir/office" >"$dir/out" 2>&1 &&
  "$shodo" act meeting.plan --data "$dir/office" --as 伊藤正樹/統括情報セキュリティ責任者 --case 1 --json \
    '{"name": "本部会議; 朝, 昼\\夜の部（長い名前の会議なので、途中で折り返されるはずです。二行目に続きます）", "first": "2026-08-22T09:00", "every_minutes": 120}' \
    >"$dir/out" 2>&1
report $? "an office with deadlines"
"$shodo" clock board --data "$dir/office" --json >"$dir/board" 2>"$dir/out" &&
  "$shodo" clock feed 情報システム管理者 --data "$dir/office" >"$dir/feed.ics" 2>"$dir/out"
report $? "the feed is written"
"$python" - "$dir/feed.ics" "$dir/board" >"$dir/out" 2>&1 <<'PYTHON'
import datetime, json, sys, icalendar
raw = open(sys.argv[1], 'rb').read()
calendar = icalendar.Calendar.from_ical(raw)
assert not calendar.errors, calendar.errors
assert calendar['VERSION'] == '2.0' and '【訓練】' in calendar['X-WR-CALNAME']
events = calendar.walk('VEVENT')
clocks = [c for c in json.load(open(sys.argv[2]))['clocks'] if 'system-manager' in c['posts'] and c['known']]
assert len(events) == len(clocks) and len(events) >= 2, (len(events), len(clocks))
for event, clock in zip(events, clocks):
    assert not event.errors, event.errors
    at = datetime.datetime.fromisoformat(clock['at'])
    assert abs((event['DTEND'].dt - at).total_seconds()) < 1, (event['DTEND'].dt, at)
    assert clock['name'] in str(event['SUMMARY']), event['SUMMARY']
    assert clock['why'] in str(event['DESCRIPTION'])
    alarms = event.walk('VALARM')
    assert [a['TRIGGER'].dt for a in alarms] == [datetime.timedelta(hours=-h) for h in (72, 24, 3)]
assert len({str(e['UID']) for e in events}) == len(events)
assert any('【未確認】' in str(e['SUMMARY']) for e in events)
PYTHON
report $? "icalendar reads it back"
"$python" - "$dir/feed.ics" >"$dir/out" 2>&1 <<'PYTHON'
import sys
raw = open(sys.argv[1], 'rb').read()
assert raw.endswith(b'\r\n') and raw.count(b'\n') == raw.count(b'\r\n') == raw.count(b'\r')
for line in raw.split(b'\r\n'):
    assert len(line) <= 75, line
    line.decode('utf-8')  # no character is cut
assert b'\r\n ' in raw
PYTHON
report $? "lines of at most 75 octets, no character cut"
"$shodo" clock feed ない職 --data "$dir/office" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'という職はありません' "$dir/out"
report $? "no such post"
