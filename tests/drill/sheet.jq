# A 計画履行状況表 that says all it must.  $whole: the incident was carried to its end, so nothing is left open.
def among($list): . as $status | any($list[]; . == $status);
  (if $whole then ["done", "skipped", "not-applicable", "standing"]
   else ["done", "skipped", "not-applicable", "standing", "waiting", "advised", "open"] end) as $allowed
  | .rows
  | length > 0 and any(.[]; .status == "done")
    and all(.[]; (.clause | length > 0) and (.status | among($allowed)))
    and all(.[] | select(.status | among(["skipped", "not-applicable"])); (.reason // "") | length > 0)
    and any(.[]; .status == "done" and .first != null) # one that holds of itself was done by nobody
    and all(.[] | select(.status == "done" and .first != null); .first.number != null and ((.first.by // "") | length > 0))
