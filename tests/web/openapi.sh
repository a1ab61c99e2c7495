#!/bin/bash
# openapi.sh PROGRAM ROOT: what the program says of its API, read by a validator that we did not write.  TAP.
program=$1 root=$2
work=$(mktemp -d) || exit 3
trap '[ -z "$server" ] || { kill "$server"; wait "$server"; } 2>/dev/null; rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
cli=$root/build-node/node_modules/@redocly/cli/bin/cli.js
number=0 bad=0
result() {
  number=$((number + 1))
  if [ "$1" = 0 ]; then echo "ok $number - $2"; else bad=1; echo "not ok $number - $2"; sed 's/^/# /' "$work/out" | tail -n 25; fi
}

"$program" init --data "$work/data" --plan "$root/plans/miyazaki.yaml" >"$work/out" 2>&1 || exit 3
"$program" serve --data "$work/data" --listen "unix:$work/web.sock" >"$work/log" 2>&1 &
server=$!
for _ in $(seq 200); do
  curl -s --unix-socket "$work/web.sock" http://localhost/api/v1/openapi.json >"$work/openapi.json" && break
  sleep 0.05
done
jq -e '.openapi == "3.1.0"' "$work/openapi.json" >"$work/out" 2>&1
result $? "it describes itself"
# every API route of the hand-written table, both ways
{ printf 'PUT\t/files/{ticket}\n'; grep -P '\t(/api/v1/|/healthz\t|/metrics\t)' "$root/tests/web/routes.tsv" | cut -f 1,2; } | LC_ALL=C sort >"$work/table"
jq -r '.paths | to_entries[] | .key as $path | .value | keys[] | ascii_upcase + "\t" + $path' "$work/openapi.json" | LC_ALL=C sort >"$work/described"
diff "$work/table" "$work/described" >"$work/out"
result $? "every route of the API is in it, and no other"
# whatever answers by pages says how to ask for the next, and 事案一覧 how to narrow it
jq -r '.paths | to_entries[] | .key as $path | .value.get // empty | (.parameters | map(.name)) as $names
  | .responses."200".content."application/json".schema.properties // {}
  | if .total then ["from", "limit"] elif .next.type == "string" then ["before", "limit"] else [] end
  | map(select(. as $name | $names | index($name) | not)) | select(length > 0) | $path + " " + join(" ")' "$work/openapi.json" >"$work/out" 2>&1
[ ! -s "$work/out" ] && jq -e '.paths."/api/v1/cases".get.parameters | map(.name) | sort ==
  ["class", "from", "limit", "listed", "mine", "mode", "opened_from", "opened_until", "order", "phase", "q"]' "$work/openapi.json" >>"$work/out"
result $? "what a list is asked with is described"
if [ -f "$cli" ]; then
  node "$cli" lint --format=stylish "$work/openapi.json" >"$work/out" 2>&1
  result $? "no error by its validator"
else
  number=$((number + 1))
  echo "ok $number - no error by its validator # SKIP script/bootstrap was not run since tests/node changed"
fi
echo "1..$number"
exit $bad
