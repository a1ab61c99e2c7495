#!/bin/sh
# A scenario that contradicts the plan of its office: the line and what is wrong are told.
#   contradict.sh SHODO ROOT
set -u
shodo=$1 root=$2
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/scenarios" && ln -s "$root/plans" "$dir/plans"
count=0

# NAME, the fault as a sed script on mura.yaml, the line told
tells() {
  count=$((count + 1))
  sed "$2" "$root/scenarios/mura.yaml" >"$dir/scenarios/x.yaml"
  rm -rf "$dir/office"
  "$shodo" init --data "$dir/office" --plan "$root/plans/mura.yaml" --administrator 樋口健太 >/dev/null 2>&1 || exit 99
  "$shodo" play "$dir/scenarios/x.yaml" --data "$dir/office" >"$dir/out" 2>&1
  if [ $? -eq 1 ] && grep -q 'x.yaml:[0-9]*: ' "$dir/out" && grep -q "$3" "$dir/out"; then
    echo "ok $count - $1"
  else
    echo "not ok $count - $1"
    sed 's/^/# /' "$dir/out"
  fi
}

echo 1..5
tells "a post that the plan has not" '0,/as: 樋口健太\/事故対応担当者/s//as: 樋口健太\/対応係/' '「対応係」という職はありません。'
tells "an act that the plan gives to another" '0,/as: 樋口健太\/事故対応担当者/s//as: 樋口健太\/事故受付要員/' 'が行います。あなたは事故受付要員です。'
tells "a phase that the plan has not" '0,/phase: shoki/s//phase: shokki/' '段階は shokki のはずが shoki でした'
tells "a clause that the plan has not" '0,/conformity: {条4: done/s//conformity: {条44: done/' '条項 条44 は done のはずが （表にありません）'
tells "a case that was never opened" 's/case: A$/case: Z/' '事案「Z」はまだ開かれていません。'
