#!/bin/bash
# minami.sh PROGRAM PLAYER NGINX ROOT: the whole incident over HTTP by its people, each signed in with a password and
# a session of their own; bare, and behind nginx as it is shipped (packaging/nginx/shodo.conf) with TLS and HTTP/2, which
# the player asserts; the server is killed and restarted in the middle.  TAP.
program=$1 player=$2 here=$3 root=$4
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
    cat "$work/log" "$work/nginx/error.log" "$work/out" 2>/dev/null | sed 's/^/# /' | tail -n 25
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

"$here" "$root/packaging/nginx/shodo.conf" "$work" "$work/web.sock" >"$work/port" 2>>"$work/log" &
nginx=$!
for _ in $(seq 200); do
  read -r port <"$work/port" && curl -sk "https://localhost:$port/" -o "$work/away" && break
  sleep 0.05
done
grep -q いま応答できません "$work/away"
result $? "nginx says that nothing answers yet"
export SHODO_TEST_URL=https://localhost:$port SHODO_TEST_CA=$work/nginx/chain.pem
unset SHODO_TEST_SOCKET
play proxied
result $? "the same behind nginx with TLS and HTTP/2: $(tail -n 1 "$work/out")"
"$program" verify --data "$work/proxied" >"$work/out" 2>&1
result $? "its journal is sound"
grep -q 'POST /api/v1/cases/1/acts/.*" 200 .*upstream=unix:' "$work/nginx/shodo.access.log" >"$work/out" 2>&1
result $? "nginx handed the acts on"
echo "1..$number"
exit $bad
