# Judge the lines `NAME<TAB>RATIO<TAB>>=<TAB>LIMIT` of a bench (script/bench); -F '\t'.
# A program that measured nothing, or printed what is no number, has not held its limit.
function number(text) { return text ~ /^[0-9]+(\.[0-9]+)?$/ }
NF == 4 && ($3 == ">=" || $3 == "<=") {
  judged++
  held = number($2) && number($4) && ($3 == ">=" ? $2 + 0 >= $4 + 0 : $2 + 0 <= $4 + 0)
  printf "%-48s %12s %s %-10s %s\n", $1, $2, $3, $4, held ? "held" : "NOT HELD"
  if (!held)
    bad = 1
  next
}
{ print }
END {
  if (!judged) {
    print "no measure was printed: NOT HELD"
    bad = 1
  }
  exit bad
}
