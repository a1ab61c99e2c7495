#!/bin/bash
# postgres.sh COMMAND DIR: a PostgreSQL cluster of its own in DIR, on a UNIX socket in DIR only.
#
#   create   initdb with checksums, start, and the roles and the database of a city;
#            stops and deletes the cluster when the caller is gone:
#            city_owner owns database city, city_app is the program, postgres the superuser
#   start    start again        kill     SIGKILL to every process of it
#   stop     stop at once and forget the shared memory
#
# The server refuses to run as root, so root gives the cluster to the user postgres.
set -e -o pipefail
command=$1 dir=$2
self=$(realpath "$0")
[ -d "$dir" ] || { echo "postgres.sh: no directory $dir" >&2; exit 3; }
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "postgres.sh: PostgreSQL is missing: script/bootstrap installs it" >&2; exit 3; }
cd /
export LC_ALL=C.UTF-8
unset "${!PG@}"

as_server() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
  else
    "$@"
  fi
}

# forget: what a killed server left.  Its process may be a zombie where nobody reaps, and then the
# new server would take the old one's lock files for those of a living one.
forget() {
  local pid shm state
  [ -f "$dir/data/postmaster.pid" ] || return 0
  pid=$(sed -n 1p "$dir/data/postmaster.pid")
  shm=$(sed -n 7p "$dir/data/postmaster.pid" | awk '{ print $2 }')
  state=$(ps -o stat= -p "$pid" || true)
  case $state in '' | Z*) ;; *) return 0 ;; esac
  rm -f "$dir/data/postmaster.pid" "$dir"/.s.PGSQL.*
  [ -z "$shm" ] || ipcrm -m "$shm" 2>/dev/null || true
}

start() {
  as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 -s \
    -o "-k $dir -c listen_addresses= -c shared_buffers=16MB -c max_connections=20 -c jit=off -c recovery_init_sync_method=syncfs" start </dev/null >&2
}

case $command in
create)
  [ "$(id -u)" != 0 ] || chown postgres "$dir"
  as_server "$bin/initdb" -D "$dir/data" -k -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-instructions >/dev/null
  start
  psql=("$bin/psql" -h "$dir" -U postgres -X -q -v ON_ERROR_STOP=1)
  "${psql[@]}" -d postgres -c 'CREATE ROLE city_owner LOGIN' -c 'CREATE ROLE city_app LOGIN' \
    -c 'CREATE DATABASE city OWNER city_owner'
  # A test that aborts cannot clean up.
  (while kill -0 "$PPID" 2>/dev/null; do sleep 1; done
    [ ! -d "$dir" ] || { "$self" stop "$dir"; rm -rf "$dir"; }) </dev/null >/dev/null 2>&1 &
  ;;
start)
  forget
  start
  ;;
kill)
  pid=$(head -n 1 "$dir/data/postmaster.pid")
  children=$(ps -o pid= --ppid "$pid" || true)
  kill -KILL "$pid" $children 2>/dev/null || true
  for _ in $(seq 200); do
    alive=
    for one in $pid $children; do
      # a zombie is dead: nobody here may be there to reap it
      state=$(ps -o stat= -p "$one" || true)
      case $state in '' | Z*) ;; *) alive=1 ;; esac
    done
    [ -n "$alive" ] || exit 0
    sleep 0.05
  done
  exit 3
  ;;
stop)
  forget
  [ ! -f "$dir/data/postmaster.pid" ] || as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w -s stop >&2 || true
  ;;
*)
  echo "usage: postgres.sh create|start|kill|stop DIR" >&2
  exit 2
  ;;
esac
