# The counts "PASSED FAILED" of a meson test log (testlog.json; jq -rs).
# Every TAP line is one.  A skipped or todo line is a failure.  A TAP program that dies without a
# "not ok" is one failure beside the lines it printed.  A program without TAP is one.
def lines: (.stdout // "") | split("\n") | map(select(test("^(not )?ok\\b")));
def bad: test("^not ok\\b") or test("# *(skip|todo)"; "i");
map(lines as $lines
  | ($lines | map(select(bad)) | length) as $bad
  | (.result == "OK") as $ok
  | { passed: (if $ok and ($lines | length) == 0 then 1 else ($lines | length) - $bad end),
      failed: (if $ok or $bad > 0 then $bad else 1 end) })
| "\(map(.passed) | add // 0) \(map(.failed) | add // 0)"
