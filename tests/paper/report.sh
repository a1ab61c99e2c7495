#!/bin/bash
# Papers of a played case, from the command line to what other programs read in them.
# TAP.  Usage: report.sh SHODO ROOT FORM_WORDING CIRCULATION_SCENARIO
shodo=$1 root=$2 wording=$3 circulation=$4
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8 HOME=$dir
unset SHODO_DATA
count=0 data=$dir/office

report() { # STATUS NAME
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; head -n 8 "$dir/out" | sed 's/^/# /'; fi
}
expect() { # STATUS WORDS ARGUMENTS…
  local status=$1 words=$2 got
  shift 2
  "$shodo" report "$@" --data "$data" >"$dir/out" 2>&1
  got=$?
  [ $got = "$status" ] && grep -qF -- "$words" "$dir/out"
  report $? "$status: report ${*:1:5}"
}
bare() { perl -CS -0777 -pe 's{\s+}{}g'; }
words() { pdftotext -raw -enc UTF-8 "$1" - | bare; }
# What a paper says: every text of its model, one a line, without white space; not when it was made.
says() {
  jq -r '.blocks[] | (.label, .change, .state, .text, (.table.rows[]?[] | if type == "string" then . else .text end)) // empty | gsub("[\\s　]"; "")' |
    grep -v '^$\|分現在$'
}
# in_order TEXT LINES: every line of LINES is in TEXT, after the one before it
in_order() {
  perl -e 'use strict; local $/; open my $t, "<", $ARGV[0]; open my $l, "<", $ARGV[1]; my $text = <$t>; my $at = 0; my $bad = 0;
    for my $line (split /\n/, <$l>) { my $found = index($text, $line, $at); if ($found < 0) { print "not there, or not in order: $line\n"; $bad = 1 }
      else { $at = $found + length $line } } exit $bad' "$1" "$2"
}

# nothing_else TEXT LINES: what is left of TEXT without LINES is layout: brackets, the mark, the day, the foot of the page
nothing_else() {
  perl -CSD -Mutf8 -e 'use strict; local $/; open my $t, "<", $ARGV[0]; open my $l, "<", $ARGV[1]; my $text = <$t>; my $at = 0; my $left = "";
    for my $line (split /\n/, <$l>) { my $found = index($text, $line, $at); next if $found < 0; $left .= substr($text, $at, $found - $at); $at = $found + length $line }
    $left .= substr($text, $at);
    $left =~ s/R\d+-\d+\S{1,40}?(第\d+報)?照合記録\S+?第\d+番先頭から\d+件の根[\w+\/=]{44}内容のSHA-256[0-9a-f]{64}//; $left =~ s/令和\d+年\d+月\d+日（.）\d+時\d+分現在//; $left =~ s/［(訓練|案)］//g; $left =~ s/[\x{feff}【】〔〕]//g;
    if (length $left) { print "more than the paper says: $left\n"; exit 1 }' "$1" "$2"
}

"$shodo" init --data "$data" --plan "$root/plans/miyazaki.yaml" --administrator 管理花子 >"$dir/out" 2>&1 &&
  "$shodo" play "$root/scenarios/minami.yaml" --data "$data" >"$dir/out" 2>&1
report $? "an incident is played"

# ─── refusals ───────────────────────────────────────────────────────────
expect 1 "「nonsense」という様式はありません" 1 --form nonsense -o "$dir/x.pdf"
expect 1 "第9報は提出されていません" 1 --form form1 --issue 9 -o "$dir/x.pdf"
expect 1 "" 99 --form form1 -o "$dir/x.pdf"
expect 2 "書き出す先" 1 --form form1 -o "$dir/x.odt"
expect 2 "" 1 -o "$dir/x.pdf"
expect 2 "" one --form form1 -o "$dir/x.pdf"
expect 1 "20字まで" 1 --form form1 --mark 一二三四五六七八九十一二三四五六七八九十一 -o "$dir/x.pdf"
[ ! -e "$dir/x.pdf" ]
report $? "a refusal leaves no file"

# ─── the plan's own form ────────────────────────────────────────────────
opened=$("$shodo" case show 1 --data "$data" --json | jq '[.log[].number] | min')
expect 0 "案" 1 --form 報告様式1 --as-of $((opened + 2)) -o "$dir/blank.pdf"
words "$dir/blank.pdf" | sed 's/案報告様式1/報告様式1/' >"$dir/blank"
perl -CS -pe 's{[^\S\n]+}{}g' <"$wording" | grep -v '^$' >"$dir/lines"
in_order "$dir/blank" "$dir/lines" >"$dir/out"
report $? "報告様式1, blank: the wording and the order of the plan's form"

# ─── a second office, for circulations and rare names ───────────────────
mkdir "$dir/scenarios"
ln -s "$root/plans" "$dir/plans"
cp "$circulation" "$dir/scenarios/circulation.yaml"
"$shodo" init --data "$dir/second" --plan "$root/plans/miyazaki.yaml" --administrator 管理花子 >"$dir/out" 2>&1 &&
  "$shodo" play "$dir/scenarios/circulation.yaml" --data "$dir/second" >"$dir/out" 2>&1
report $? "reports circulate"

# ─── every form in every face ───────────────────────────────────────────
forms="form1 intake handover conformity convergence final-report request alert announcement prevention-draft committee-minutes prevention-plan"
forms="$forms review-agenda review-minutes custody register mic"
for form in $forms; do
  for face in pdf docx xlsx html; do
    "$shodo" report 1 --form $form --data "$data" -o "$dir/$form.$face" >>"$dir/out" 2>&1 || echo "$form.$face" >>"$dir/failed"
  done
  "$shodo" report 1 --form $form --data "$data" --json 2>/dev/null | says >"$dir/$form.says"
done
[ ! -e "$dir/failed" ]
report $? "every form is drawn in every face"
for face in docx xlsx; do "$shodo" report 1 --form form1 --data "$dir/second" -o "$dir/rare.$face" >"$dir/out" 2>&1; done
"$shodo" report 1 --form form1 --data "$dir/second" --json 2>/dev/null | says >"$dir/rare.says"
mkdir "$dir/opened"
for form in $forms rare; do for face in docx xlsx; do cp "$dir/$form.$face" "$dir/opened/$form-$face.$face"; done; done
# Word comes back as plain text, Excel as its cells with a space between.
(cd "$dir/opened" && soffice --headless "-env:UserInstallation=file://$dir/profile" --convert-to 'txt:Text (encoded):UTF8' ./*.docx &&
  soffice --headless "-env:UserInstallation=file://$dir/profile" --convert-to 'csv:Text - txt - csv (StarCalc):32,,76,1' ./*.xlsx) >"$dir/soffice" 2>&1
for form in $forms; do
  words "$dir/$form.pdf" >"$dir/text"
  in_order "$dir/text" "$dir/$form.says" >"$dir/out"
  report $? "$form.pdf says all, in order"
  qpdf --check "$dir/$form.pdf" >"$dir/out" 2>&1
  report $? "$form.pdf is sound"
done
grep -q '渡邉󠄏葛󠄀生' "$dir/rare.says"
report $? "rare names are in the second office"
for form in $forms rare; do
  for face in docx xlsx; do
    back=$([ $face = docx ] && echo txt || echo csv)
    bare <"$dir/opened/$form-$face.$back" >"$dir/text"
    [ -s "$dir/text" ] && in_order "$dir/text" "$dir/$form.says" >"$dir/out" && nothing_else "$dir/text" "$dir/$form.says" >"$dir/out"
    report $? "$form.$face comes back from LibreOffice with the same text, in order, and nothing else"
  done
done

echo 余分な一行 >>"$dir/text"
bare <"$dir/text" >"$dir/more"
! nothing_else "$dir/more" "$dir/$form.says" >"$dir/out"
report $? "a line more would be noticed"

# ─── in the words of people ─────────────────────────────────────────────
grep -q '個人情報保護委員会' "$dir/final-report.says" && ! grep -q '相手方：\(ppc\|mic\|prefecture\)\|計画の版' "$dir/final-report.says"
report $? "the course of events names recipients, and holds no id or digest"
"$shodo" case conformity 1 --data "$data" --json |
  jq -e '[.rows[] | select(.clause == "3-2-2-ア")][0] | .first.happened[:16] == "2026-11-20T16:50" and .first.done[:16] == "2026-11-20T17:14" and .first.role == "インシデントハンドラー"' >"$dir/out"
report $? "a clause is carried out when the fact is stated, not when it happened"
grep -qx 'R8.11.2017:14からR8.12.410:10佐藤健インシデントハンドラー' "$dir/conformity.says"
report $? "計画履行状況表 says from when to when, by whom and in which role"

"$shodo" report 1 --form form1 --mark '"}</style>' --data "$data" -o "$dir/mark.html" >"$dir/out" 2>&1
grep -q '@top-right{[^}]*content:"\\ff3b \\8a13 \\7df4 \\ff3d ' "$dir/mark.html" && grep -q 'counter(page) "／" counter(pages)' "$dir/mark.html" && [ "$(grep -o '</style>' "$dir/mark.html" | wc -l)" = 1 ]
report $? "a page of HTML has its marks and number on every printed page, and no mark ends its style"
grep -q '^別紙対応記録等' "$dir/form1.says" && ! grep -q '別紙' "$dir/mic.says"
report $? "the log goes to the CISO, and not to the ministry"

# ─── pages ──────────────────────────────────────────────────────────────
pdftotext -f 1 -l 1 -raw "$dir/prevention-plan.pdf" - | bare >"$dir/first"
pdftotext -f 2 -l 2 -raw "$dir/prevention-plan.pdf" - | bare >"$dir/second-page"
! grep -q '報告経路' "$dir/first" && perl -0777 -ne 'exit !/再発防止策の報告経路.*高橋誠.*田中久美子.*伊藤正樹.*渡辺浩一.*議事録/' "$dir/second-page"
report $? "a short table stands whole, with its caption, on the next page"
unzip -p "$dir/form1.xlsx" xl/worksheets/sheet1.xml >"$dir/sheet.xml"
grep -q '<oddHeader>&amp;R［訓練］</oddHeader><oddFooter>&amp;LR8-001　報告様式1　第3報&amp;R' "$dir/sheet.xml" && grep -q '<rowBreaks count="1"' "$dir/sheet.xml"
report $? "of the sheet every printed page has the mark and what it is of, and the annex begins a page"

# ─── as it was issued ───────────────────────────────────────────────────
"$shodo" case show 1 --data "$data" --json >"$dir/case"
issues=$(jq '.reports | length' "$dir/case")
[ "$issues" -ge 3 ]
report $? "three issues or more"
for issue in $(seq "$issues"); do
  for face in pdf docx xlsx html; do
    "$shodo" report 1 --form form1 --issue $issue --data "$data" -o "$dir/first-$issue.$face" >/dev/null 2>"$dir/out" &&
      "$shodo" report 1 --form form1 --issue $issue --data "$data" -o "$dir/now.$face" >/dev/null 2>"$dir/out" &&
      TZ=Asia/Tokyo "$shodo" report 1 --form form1 --issue $issue --compare --data "$data" -o "$dir/then.$face" >>"$dir/out" 2>&1 &&
      cmp "$dir/now.$face" "$dir/then.$face" >>"$dir/out"
    report $? "第${issue}報.$face after the case has moved on: the stored bytes, the same when drawn anew"
  done
done
# The case goes on and everything derived is made anew from the journal.
"$shodo" act aftermath.addend --case 1 --data "$data" --as 伊藤正樹/統括情報セキュリティ責任者 --json '{"text":"後日、業者から追加の報告があった。"}' >"$dir/out" 2>&1 &&
  rm "$data/snapshot"
report $? "the case goes on, and the snapshot is gone"
for issue in $(seq "$issues"); do
  for face in pdf docx xlsx html; do
    "$shodo" report 1 --form form1 --issue $issue --data "$data" -o "$dir/rebuilt.$face" >/dev/null 2>"$dir/out" &&
      cmp "$dir/first-$issue.$face" "$dir/rebuilt.$face" >>"$dir/out"
    report $? "第${issue}報.$face after everything was rebuilt: as it was first given"
  done
done
# Not the stored paper but one made anew of the case as it is now: its annex is the one that was issued.
annex() { "$shodo" report 1 --form form1 --issue "$@" --data "$data" --json | jq '.blocks | .[([.[].text // "" | startswith("別紙　対応記録等")] | index(true)):]'; }
for issue in $(seq "$issues"); do
  annex "$issue" >"$dir/stored" 2>"$dir/out" && annex "$issue" --now >"$dir/anew" 2>>"$dir/out" && [ "$(jq length "$dir/stored")" -gt 5 ] && diff "$dir/stored" "$dir/anew" >>"$dir/out"
  report $? "第${issue}報: the annex made anew, of the case as it went on, holds what was issued and nothing later"
done
cmp -s "$dir/first-1.pdf" "$dir/first-2.pdf"
[ $? = 1 ]
report $? "two issues are not the same"
says <<<"$("$shodo" report 1 --form form1 --issue 2 --data "$data" --json)" >"$dir/out"
grep -q '^第1報から変わった項目：' "$dir/out" && grep -q '^第1報からの変更$' "$dir/out"
report $? "第2報 says what has changed since 第1報"
entry=$(jq '.reports[0].entry' "$dir/case")
"$shodo" report 1 --form form1 --issue 1 --data "$data" --json | jq -e ".witness.size == $entry and .witness.entry == $entry and (.witness.root | length) == 44 and .marks == [\"訓練\"]" >"$dir/out"
report $? "the witness is the journal before the issue"
"$shodo" report 1 --form form1 --issue 1 --data "$data" --json | jq -r '.witness | .origin, .size, .root' >"$dir/witness"
pdftoppm -r 200 -f 1 -l 1 -png "$dir/first-1.pdf" "$dir/page" && zbarimg --raw -q "$dir"/page-*.png >"$dir/qr" 2>"$dir/out"
digest=$(sed -n 4p "$dir/qr")
head -n 3 "$dir/qr" | diff - "$dir/witness" >"$dir/out" && [ ${#digest} = 64 ] && pdftotext -raw "$dir/first-1.pdf" - | grep -q "$digest"
report $? "the QR, read from the page by another program, is the witness, and the digest printed beside it"
"$shodo" report 1 --form form1 --starred 機微な記録を除く --mark 写 --data "$data" --json | says >"$dir/out"
grep -q '件のうち.*除いた.*件の理由：機微な記録を除く' "$dir/out"
report $? "what is left out of the annex is counted and reasoned"

# ─── circulations: a vacant post, a withdrawal, a return, 代決 and 後閲 ──
data=$dir/second
# paper ISSUE AS_OF: what its PDF says
paper() { "$shodo" report 1 --form form1 --issue "$1" $([ -n "${2-}" ] && echo --as-of "$2" || echo --now) --data "$data" -o "$dir/paper.pdf" >"$dir/out" 2>&1 && words "$dir/paper.pdf" >"$dir/text"; }
entry_of() { "$shodo" case show 1 --data "$data" --json | jq "[.log[] | select(.kind == \"$1\")][$2].number + 1"; }
says_all() { # NAME WORDS…
  local name=$1 word missing=
  shift
  for word; do grep -qF -- "$word" "$dir/text" || missing="$missing $word"; done
  [ -z "$missing" ] || echo "does not say:$missing" >"$dir/out"
  [ -z "$missing" ]
  report $? "$name"
}
paper 1 "$(entry_of reporting.issued 0)"
says_all "at issue: the route to be signed, the vacant post, TLP" TLP:AMBER 8情政第12号 '報告最高情報セキュリティ責任者（CISO）（欠員）' '〔未判明〕' '〔調査中〕' '〔該当なし〕' '影響人数12,400人最大'
paper 1
says_all "later: withdrawn and returned" '伊藤正樹、R8.6.2510:11提出、引戻し' '提出、差戻し' '理由：宛先の者がいない' '渡邉󠄏葛󠄀生' '数を確かめること。' '影響人数12,400人最大'
! grep -qF '9,871' "$dir/text"
report $? "第1報 has nothing of what was known later"
paper 2
says_all "第2報: 代決 and 後閲, what has changed" 'この報告は、令和8年6月25日の第1報を訂正するものです。' '第1報から変わった項目：4' '【第1報からの変更】9,871人（確定' '代決' \
  '理由：出張中で当日中に報告する必要があるため' '後閲R8.6.299:00渡邉󠄏葛󠄀生' '影響人数9,871人確定'
echo "1..$count"
