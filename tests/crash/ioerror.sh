#!/bin/bash
# ioerror.sh SHODO PLAN
#
# The program itself when the disk fails: the Nth system call of a kind gives EIO (strace inject; N
# counts in each thread and process, the signer's too) while an office is founded, an act is done
# and the head is signed.  Each run either ends with a Japanese sentence and 3 (1 where the act was
# refused because the plan could not be read), or what it said yes to is there; afterwards the
# office is sound and goes on.
#
# `rows` says which calls fail and how many one thread makes at least (x86-64, Debian 12).  It is a
# failure when there are fewer, when a run injected nothing, and when a command changes the office
# by a call that has no row.  About 80 runs; every N, and 0 of them a false yes, when SHODO_TEST_COUNT
# is above 1.
set -u
export LC_ALL=C.UTF-8
shodo=$1 plan=$2
count=${SHODO_TEST_COUNT:-1}
dir=$(mktemp -d "${TMPDIR:-/tmp}/shodo-ioerror-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
number=0 runs=0 failures=0

# The leak checker traces its own process, which strace has taken.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
bail() { echo "Bail out! $*"; exit 1; }
command -v strace >/dev/null || bail "strace is not installed"
strace -o /dev/null true || bail "strace cannot trace here"

base=$dir/base data=$dir/data
"$shodo" init --data "$base" --plan "$plan" >/dev/null || bail "init"
as_administrator=(act --data "$base" --as p1/administrator)
"$shodo" "${as_administrator[@]}" office.add_person --json '{"name":"鈴木"}' >/dev/null || bail "add_person"
"$shodo" "${as_administrator[@]}" office.appoint \
  --json '{"person":"p2","post":"system-staff","from":"2024-04-01"}' >/dev/null || bail "appoint"
notice='{"channel":"telephone","received":"2024-05-20T09:00:00+09:00","via":"direct","subject":"連絡","text":"文"}'

act=(act notice.receive --data "$data" --as p2/system-staff --json "$notice")

do_init() { "${trace[@]}" "$shodo" init --data "$data" --plan "$plan"; }
do_act() { "${trace[@]}" "$shodo" "${act[@]}" && yes=1; }

# Started, asked for an act, ended in order, which signs the head.
do_serve() {
  "${trace[@]}" "$shodo" serve --data "$data" &
  local tracer=$! server
  for _ in $(seq 200); do
    [ -S "$data/control.sock" ] && break
    kill -0 $tracer 2>/dev/null || break
    sleep 0.05
  done
  [ -S "$data/control.sock" ] && "$shodo" "${act[@]}" >/dev/null 2>"$dir/client" && yes=1
  server=$(ps -o pid= --ppid $tracer | head -n 1)
  [ -n "$server" ] && kill -TERM "$server" 2>/dev/null
  wait $tracer
}

entries() { "$shodo" verify --data "$data" 2>&1 | grep -o '[0-9]* *件' | head -n 1 | tr -dc 0-9; }

# fresh COMMAND: the data directory as it is before.
fresh() {
  rm -rf "$data"
  [ "$1" = init ] || cp -a "$base" "$data"
}

wrong() {
  echo "# $*"
  sed 's/^/#   /' "$dir/out" "$dir/err"
  failures=$((failures + 1))
}

# one COMMAND CALL N
one() {
  local status before after
  fresh "$1"
  before=0 yes=0
  [ "$1" = init ] || before=$(entries)
  trace=(strace -f -qq -o "$dir/trace" -e "trace=$2" "${only[@]}" -e "inject=$2:error=EIO:when=$3")
  "do_$1" >"$dir/out" 2>"$dir/err"
  status=$?
  runs=$((runs + 1))
  grep -q INJECTED "$dir/trace" || wrong "$1, $2 $3: nothing was injected"
  case $status in
  0) [ "$2" != write ] || wrong "$1, $2 $3: yes, though nobody could read it" ;;
  3) grep -q '。' "$dir/err" || wrong "$1, $2 $3: no sentence" ;;
  *) wrong "$1, $2 $3: status $status" ;;
  esac
  [ "$1" = init ] && [ $status != 0 ] && return
  "$shodo" verify --data "$data" >>"$dir/out" 2>&1 || wrong "$1, $2 $3: not sound afterwards"
  after=$(entries)
  [ "${after:-0}" -ge $((before + yes)) ] || wrong "$1, $2 $3: a false yes: $after of $((before + yes)) entries"
  [ "$1" = init ] && return
  trace=()
  if [ -e "$data/stopped" ]; then # a commit failed: read-only until somebody looks
    "$shodo" resume --data "$data" >>"$dir/out" 2>&1 || wrong "$1, $2 $3: does not resume"
  fi
  do_act >>"$dir/out" 2>&1 || wrong "$1, $2 $3: does not go on"
}

# Files by path only where the loader opens others; the journal's, keys, snapshot and the blobs' directories.
opened() {
  local path
  for path in "" /journal.db /journal.db.new /journal.db-wal /journal.db-shm /lock /snapshot /blobs /blobs/tmp \
    /keys /keys/master.key /keys/log.skey /keys/log.vkey /keys/signed; do
    printf '%s\n' -P "$data$path"
  done
}

# which CALL: where it is made to fail.  Plain write goes to no file of the office, only to standard
# output and to eventfds, which do not fail.
which() {
  only=()
  case $1 in
  openat) mapfile -t only < <(opened) ;;
  write) only=(-P "$dir/out") ;;
  esac
}

# calls COMMAND CALL: how many one thread makes at most.
calls() {
  fresh "$1"
  trace=(strace -f -qq -o "$dir/trace" -e "trace=$2" "${only[@]}")
  "do_$1" >"$dir/out" 2>"$dir/err" || bail "$1 fails unharmed"
  awk '/ = / { n[$1]++ } END { for (t in n) if (n[t] > most) most = n[t]; print most + 0 }' "$dir/trace"
}

rows() {
  cat <<END
init openat 20
init pwrite64 40
init ftruncate 3
init fsync 12
init fdatasync 8
init rename 1
init renameat 2
init renameat2 1
init unlink 3
init mkdir 3
init mkdirat 1
init chmod 1
init write 1
act openat 10
act pwrite64 10
act ftruncate 1
act fsync 2
act fdatasync 2
act renameat 1
act unlink 1
act mkdir 1
act write 1
serve openat 10
serve pwrite64 10
serve ftruncate 1
serve fsync 2
serve fdatasync 2
serve renameat 1
serve unlink 2
serve mkdir 1
serve chmod 1
END
}

# Every call by which a file or a directory can be changed; fchown is SQLite's for a process of root's
# and changes no byte.
changing=write,writev,pwritev,pwritev2,pwrite64,rename,renameat,renameat2,unlink,unlinkat,rmdir,truncate,ftruncate
changing+=,fallocate,mkdir,mkdirat,link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,fsync,fdatasync,sync_file_range
changing+=,syncfs,msync,copy_file_range,sendfile,creat,io_submit,io_uring_enter

# covered COMMAND: no other call of it touches the data directory than those that have a row.
covered() {
  fresh "$1"
  trace=(strace -f -qq -y -o "$dir/trace" -e "trace=$changing")
  "do_$1" >"$dir/out" 2>"$dir/err" || bail "$1 fails unharmed"
  grep -F "$data" "$dir/trace" | sed -E 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/' | sort -u >"$dir/used"
  rows | awk -v command="$1" '$1 == command { print $2 }' | sort -u | comm -23 "$dir/used" - >"$dir/out"
  : >"$dir/err"
  grep -q . "$dir/used" && [ ! -s "$dir/out" ]
}

result() {
  number=$((number + 1))
  [ "$1" = 0 ] && printf ok || printf 'not ok'
  echo " $number - $2"
}

echo 1..$(($(rows | wc -l) + 4))
for command in init act serve; do
  failures=0
  covered $command || wrong "$command: calls without a row"
  result $failures "$command: every call that changes the office has a row"
done
while read -r command call least <&3; do
  which "$call"
  most=$(calls "$command" "$call")
  step=$(((most + 2) / 3)) failures=0
  [ "$count" -gt 1 ] && step=1
  : >"$dir/out"
  [ "$most" -ge "$least" ] || wrong "$command, $call: $most calls, at least $least expected"
  for ((n = 1; n <= most; n += step)); do
    one "$command" "$call" "$n"
  done
  result $failures "$command: $call fails ($most calls, at least $least)"
done 3< <(rows)
# A program that says yes whatever happened must be found out.
real=$shodo only=() failures=0
printf '#!/bin/sh\n"%s" "$@"\nexit 0\n' "$real" >"$dir/liar"
chmod +x "$dir/liar"
shodo=$dir/liar
one act pwrite64 1 >"$dir/found"
grep -q 'a false yes' "$dir/found"
result $? "calibration: a false yes is found"
echo "# $runs runs"
