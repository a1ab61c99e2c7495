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
if $whole; then echo 1..6; else echo 1..5; fi
"$shodo" init --data "$dir/office" --plan "$plan" --administrator "$administrator" >"$dir/out" 2>&1
report $? "an office is founded"
"$shodo" play "$root/scenarios/$scenario" --data "$dir/office" >"$dir/out" 2>&1
report $? "everything happens as the scenario expects"
"$shodo" case conformity 1 --data "$dir/office" --json >"$dir/sheet" 2>"$dir/out"
report $? "the sheet of what was carried out"
if $whole; then
  ! grep -E '"status": ?"(open|advised|waiting)"' "$dir/sheet" >"$dir/out"
  report $? "every clause is done, set aside or not applicable"
fi
"$shodo" verify --data "$dir/office" >"$dir/out" 2>&1
report $? "the journal verifies"
# A scenario that expects what does not happen must fail.  It stands where the plans are found as before.
cp -R "$root/scenarios" "$dir/scenarios"
ln -s "$root/plans" "$dir/plans"
sed '0,/expect: refused/s//expect: denied/' "$root/scenarios/$scenario" >"$dir/scenarios/spoiled.yaml"
"$shodo" init --data "$dir/other" --plan "$plan" --administrator "$administrator" >/dev/null 2>&1
"$shodo" play "$dir/scenarios/spoiled.yaml" --data "$dir/other" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'yaml:[0-9]*: .* denied のはずが refused でした' "$dir/out"
report $? "a difference is told with its line"
