#!/bin/sh
# Acts out a scenario that goes on where another ended.
#   after.sh SHODO ROOT FIRST SECOND
set -u
shodo=$1 root=$2 first=$3 second=$4
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
count=0

report() { # STATUS NAME
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; sed 's/^/# /' "$dir/out"; fi
}

echo 1..6
"$shodo" init --data "$dir/office" --plan "$root/plans/miyazaki.yaml" >"$dir/out" 2>&1 &&
  "$shodo" play "$root/scenarios/$first" --data "$dir/office" >"$dir/out" 2>&1
report $? "$first"
"$shodo" play "$root/scenarios/$second" --data "$dir/office" >"$dir/out" 2>&1
report $? "$second goes on as it expects"
"$shodo" case show 2 --data "$dir/office" --json >"$dir/out" 2>&1 &&
  [ "$(jq '[.clocks[] | select(.state == "running" and .overdue != true)] | length >= 3' <"$dir/out")" = true ]
report $? "clocks are running in it"
"$shodo" verify --data "$dir/office" >"$dir/out" 2>&1
report $? "the journal verifies"
"$root/tests/drill/rebuild.sh" "$shodo" "$dir/office" >"$dir/out" 2>&1
[ "$(cat "$dir/out")" = true ]
report $? "the state rebuilt from the journal is the state that was"
# Calibration: entries changed under a running office are not what it has in memory.
spoil="UPDATE entry SET structural = CAST(replace(CAST(structural AS TEXT), '\"mode\":\"real\"', '\"mode\":\"backfill\"') AS BLOB) WHERE stream = 1"
"$root/tests/drill/rebuild.sh" "$shodo" "$dir/office" "$spoil" >"$dir/out" 2>&1
[ "$(cat "$dir/out")" = false ]
report $? "and it is told when it is not"
