#!/bin/sh
# Acts out a scenario in a new office: nothing may differ, the journal must verify.
#   play.sh SHODO ROOT SCENARIO
# The plan is the one that the scenario names; the administrator stands in its head,
# as --administrator NAME, or is 管理花子.
set -u
shodo=$1 root=$2 scenario=$3
plan=$root/$(sed -n 's/^plan: *//p' "$root/scenarios/$scenario")
administrator=$(sed -n 's/^#.* --administrator *\([^ ]*\).*/\1/p' "$root/scenarios/$scenario")
administrator=${administrator:-管理花子}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
count=0

report() { # STATUS NAME
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; sed 's/^/# /' "$dir/out"; fi
}

# A drill stops when what it is about has been shown: its sheet is not complete.
case $scenario in drills/*) whole=false ;; *) whole=true ;; esac
echo 1..8
"$shodo" init --data "$dir/office" --plan "$plan" --administrator "$administrator" >"$dir/out" 2>&1
report $? "an office is founded"
"$shodo" play "$root/scenarios/$scenario" --data "$dir/office" >"$dir/out" 2>&1
report $? "everything happens as the scenario expects"
"$shodo" case conformity 1 --data "$dir/office" --json >"$dir/sheet" 2>"$dir/out"
report $? "the sheet of what was carried out"
jq -e --argjson whole $whole -f "$root/tests/drill/sheet.jq" "$dir/sheet" >"$dir/out" 2>&1
report $? "it has rows of known statuses, a reason for each set aside, and who did it"
# The same sheet with a row's status or reason taken away is told.
for spoil in '.rows = []' '.rows[0].status = "x"' '.rows[0].status = "skipped" | .rows[0].reason = ""' \
  '(.rows[] | select(.status == "done") | .first) = null' '(.rows[] | select(.status == "done") | .status) = "standing"'; do
  jq "$spoil" "$dir/sheet" | jq -e --argjson whole $whole -f "$root/tests/drill/sheet.jq" >/dev/null 2>&1 && echo "$spoil"
done >"$dir/out"
[ ! -s "$dir/out" ]
report $? "a sheet that lacks any of it is found out"
"$shodo" verify --data "$dir/office" >"$dir/out" 2>&1
report $? "the journal verifies"
"$root/tests/drill/rebuild.sh" "$shodo" "$dir/office" >"$dir/out" 2>&1
[ "$(cat "$dir/out")" = true ]
report $? "the state rebuilt from the journal is the state that was"
# A scenario that expects what does not happen must fail.  It stands where the plans are found as before.
cp -R "$root/scenarios" "$dir/scenarios"
ln -s "$root/plans" "$dir/plans"
sed '0,/expect: refused/s//expect: denied/' "$root/scenarios/$scenario" >"$dir/scenarios/spoiled.yaml"
"$shodo" init --data "$dir/other" --plan "$plan" --administrator "$administrator" >/dev/null 2>&1
"$shodo" play "$dir/scenarios/spoiled.yaml" --data "$dir/other" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'yaml:[0-9]*: .* denied のはずが refused でした' "$dir/out"
report $? "a difference is told with its line"
