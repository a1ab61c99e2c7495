#!/bin/sh
# A plan is adopted while a server has the office: the command goes over its socket.
#   adopt.sh SHODO ROOT
set -u
shodo=$1 root=$2
dir=$(mktemp -d) || exit 99
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT
count=0

report() { # STATUS NAME
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; sed 's/^/# /' "$dir/out"; fi
}

adopt() { # FILE [MORE…]
  file=$1
  shift
  "$shodo" plan adopt "$file" --data "$dir/office" --as 名簿係/administrator "$@" >"$dir/out" 2>&1
}

has_deputy_mayor() { # DAY
  "$shodo" office show --data "$dir/office" --on "$1" | grep -q 副町長
}

# What is in force, the versions there are, and the journal's head.
state() {
  "$shodo" office show --data "$dir/office" --on 2026-11-23
  "$shodo" verify --data "$dir/office" | grep '^根'
}

# NAME, the fault as a sed script on kaitei-new.yaml, what the refusal says
bad() {
  sed "$2" "$root/plans/kaitei-new.yaml" >"$dir/bad.yaml"
  cmp -s "$dir/bad.yaml" "$root/plans/kaitei-new.yaml" && { echo same >"$dir/out"; report 1 "$1"; return; }
  state >"$dir/before" 2>&1
  adopt "$dir/bad.yaml"
  [ $? -eq 1 ] && grep -q "$3" "$dir/out" && state 2>&1 | cmp -s - "$dir/before"
  report $? "refused and nothing touched: $1"
}

echo 1..16
"$shodo" init --data "$dir/office" --plan "$root/plans/kaitei-old.yaml" --administrator 名簿係 >"$dir/out" 2>&1 || exit 99
"$shodo" serve --data "$dir/office" >"$dir/served" 2>&1 &
server=$!
tries=0
while [ ! -S "$dir/office/control.sock" ] && [ $tries -lt 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
sed 's/to: taio/to: nowhere/' "$root/plans/kaitei-new.yaml" >"$dir/spoiled.yaml"
head -c 1100000 /dev/zero | tr '\0' '#' >"$dir/large"
adopt "$dir/spoiled.yaml"
[ $? -eq 1 ] && grep -q 'spoiled.yaml:[0-9]*:[0-9]*: .*nowhere' "$dir/out"
report $? "a plan with a fault is refused with its line"
printf 'name: \377\n' >"$dir/bytes.yaml"
adopt "$dir/bytes.yaml"
[ $? -eq 1 ] && grep -q UTF-8 "$dir/out"
report $? "what is not UTF-8 is refused"
adopt "$root/plans/kaitei-new.yaml" --from 2026-04-01
[ $? -eq 1 ] && grep -q 効力 "$dir/out"
report $? "no plan before its day of effect"
! has_deputy_mayor 2027-01-01
report $? "the plan in force was not touched"
bad "a phase that is not there" 's/to: taio/to: nowhere/' nowhere
bad "an alias" 's/municipality: .*/municipality: *name/' 使えません
bad "a wide indent" 's/^    verb: 調べ/　　　　verb: 調べ/;s/^    mark: "2"/　　　　mark: "2"/' 全角
bad "a tab" 's/^    mark: "2"/\tmark: "2"/' タブ
bad "a day in no calendar" 's/from: 2027-01-01/from: 2027-02-30/' 暦
bad "an act unknown" 's/notice.receive/notice.recieve/' notice.receive
bad "a quote of nothing" 's/quote: 取り掛かる順を定め/quote: 順番を定め/' 文言にありません
bad "a way out that never opens" 's/when: closed/when: never/' 開きません
bad "more than 1 MiB" "\$r $dir/large" 大きすぎます
bad "no YAML" '1s/.*/{/' 'bad.yaml:'
adopt "$root/plans/kaitei-new.yaml"
report $? "a sound plan is adopted"
! has_deputy_mayor 2026-12-31 && has_deputy_mayor 2027-01-01
report $? "from its day of effect"
