# Read by the scripts beside it: where the tree is, how to speak, how to build.
# shellcheck shell=bash
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$ROOT" || exit 3
JOBS=${SHODO_JOBS:-$(nproc)}
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*" >&2; }
die() { say "${0##*/}: $1"; exit "${2:-3}"; }

# missing_packages GROUP…: the packages of these groups that dpkg does not have installed.
# A node and npm from elsewhere serve as well: Debian's npm cannot stand beside them.
missing_packages() {
  local group package rest
  while read -r group package rest; do
    case " $* " in *" $group "*) ;; *) continue ;; esac
    case $package in
    nodejs) command -v node >/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      printf '%s\n' "$package"
  done <script/packages.txt
}

# as_root COMMAND…: directly as root, else through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    die "root or sudo is needed to run: $*"
  fi
}

install_packages() {
  local missing
  command -v dpkg-query >/dev/null || die "this is not Debian; install what script/packages.txt lists"
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  say "installing:" $missing
  as_root apt-get -q -o DPkg::Lock::Timeout=300 update &&
    as_root apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing ||
    die "apt-get could not install: $(echo $missing)"
}

# node_modules: what tests/node locks, in build-node/; uses no network when it is there.
node_modules() {
  local from=tests/node to=build-node
  [ -f $from/package-lock.json ] || return 0
  cmp -s $from/package-lock.json $to/done && return 0
  rm -rf $to && mkdir -p $to && cp $from/package.json $from/package-lock.json $to/ || return
  say "installing what $from locks"
  npm ci --prefix $to --ignore-scripts --no-audit --no-fund >$to/log 2>&1 || {
    cat $to/log >&2
    return 1
  }
  cp $to/package-lock.json $to/done
}

# configure DIR [OPTION…]: a build directory with exactly these options.  Warnings are errors in
# each of them: the compilers are those of Debian 12 and nothing else is promised.
configure() {
  local dir=$1 said
  shift
  if [ -f "$dir/build.ninja" ] && [ "$(cat "$dir/shodo-options" 2>/dev/null)" = "$CC $*" ]; then
    return 0
  fi
  rm -rf "$dir"
  said=$(meson setup --werror "$@" "$dir" 2>&1) || {
    printf '%s\n' "$said"
    return 1
  }
  printf '%s\n' "$CC $*" >"$dir/shodo-options"
}

git_status() {
  git -c safe.directory="$ROOT" status --porcelain
}
