#!/bin/bash
# Whether the state of a running office equals the one rebuilt from its journal: prints true or false.
#   rebuild.sh SHODO DIR [SQL]
# SQL is done to the journal, by a hand that no trigger stops, after the office has read it.
shodo=$1 dir=$2 sql=${3-}
"$shodo" serve --data "$dir" 2>/dev/null &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null' EXIT

# frame JSON: one exchange through the control socket
frame() {
  perl -e 'use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1;
    print $s pack("N/a*", $ARGV[1]); $s->flush;
    read($s, my $n, 4) == 4 or exit 2; read($s, my $t, unpack("N", $n)); print $t' "$dir/control.sock" "$1"
}

for _ in $(seq 400); do
  frame '{"command":"case-list"}' >/dev/null 2>&1 && break
  kill -0 $server 2>/dev/null || break
  sleep 0.05
done
cases=$(frame '{"command":"case-list"}' | jq '.cases | length')
for number in $(seq "${cases:-0}"); do # what is not in memory is read anew and cannot differ
  frame "{\"command\":\"case-show\",\"case\":$number}" >/dev/null
done
[ -z "$sql" ] || printf '.dbconfig enable_trigger off\n.dbconfig defensive off\n%s;\n' "$sql" | sqlite3 "$dir/journal.db" >/dev/null
frame '{"command":"rebuild"}' | jq '.equal'
