#!/bin/bash
# tests/journal/verify_tiles.sh DIR [VKEY]
# Verify an exported log with openssl and coreutils alone: the signature of DIR/checkpoint under
# the key (DIR/log.vkey unless VKEY is given), and its root from every byte of the entry bundles
# and of the tiles.  Prints "ok SIZE"; exit 1 says what is wrong.
set -eu -o pipefail
shopt -s patsub_replacement
export LC_ALL=C
dir=$1
vkey=${2:-$(cat "$dir/log.vkey")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wrong() {
  echo "wrong: $*" >&2
  exit 1
}

unhex() { basenc --base16 -d; }
hex_of() { basenc --base16 -w0; }

# key NAME+ID+BASE64(01 || key) -> name, id, pem
name=${vkey%%+*}
rest=${vkey#*+}
id=${rest%%+*}
material=$(printf %s "${rest#*+}" | base64 -d | hex_of)
[ "${material:0:2}" = 01 ] || wrong "not an Ed25519 key"
want_id=$({ printf '%s\n' "$name"; printf %s "$material" | unhex; } | sha256sum | head -c 8)
[ "$want_id" = "$id" ] || wrong "key id"
printf '302A300506032B6570032100%s' "${material:2}" | unhex >"$work/key.der"

# the text is everything before the last empty line
origin=$(sed -n 1p "$dir/checkpoint")
size=$(sed -n 2p "$dir/checkpoint")
root=$(sed -n 3p "$dir/checkpoint" | base64 -d | hex_of)
head -n 3 "$dir/checkpoint" >"$work/text"
[ "$origin" = "$name" ] || wrong "origin"
[ -z "$(sed -n 4p "$dir/checkpoint")" ] || wrong "an extension line"
signature=$(grep -F -m1 "— $name " "$dir/checkpoint" | tail -c +1 | cut -d' ' -f3 | base64 -d | hex_of)
[ "${signature:0:8}" = "$(printf %s "$id" | tr a-f A-F)" ] || wrong "key id of the signature"
printf %s "${signature:8}" | unhex >"$work/signature"
openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/text" \
  -sigfile "$work/signature" >/dev/null || wrong "signature"

# path LEVEL INDEX WIDTH
path() {
  local n
  n=$(printf %03d $(($2 % 1000)))
  local high=$(($2 / 1000))
  while [ $high -gt 0 ]; do
    n=x$(printf %03d $((high % 1000)))/$n
    high=$((high / 1000))
  done
  [ "$3" = 256 ] && echo "$dir/tile/$1/$n" || echo "$dir/tile/$1/$n.p/$3"
}

# hash_rows: hex lines in, one SHA-256 (hex) a line out, of many messages at once
hash_rows() {
  local batch=$work/batch line i=0
  rm -rf "$batch"
  mkdir "$batch"
  while read -r line; do
    # the shell's own printf: a process for each of 70,000 leaves would take minutes
    printf -v name_of '%09d' $i
    # shellcheck disable=SC2059
    printf "${line//??/\\x&}" >"$batch/$name_of"
    i=$((i + 1))
  done
  [ $i = 0 ] || (cd "$batch" && printf '%s\0' * | xargs -0 sha256sum | cut -c1-64 | tr a-f A-F)
}

# leaves_of BUNDLE COUNT: 00 || leaf of every entry, in hex, a line each
leaves_of() {
  local bytes at=0 count=0 length
  bytes=$(hex_of <"$1")
  while [ $at -lt ${#bytes} ]; do
    length=$((16#${bytes:at:4}))
    echo "00${bytes:at+4:length*2}"
    at=$((at + 4 + length * 2))
    count=$((count + 1))
  done
  [ $at = ${#bytes} ] && [ $count = "$2" ] || wrong "bundle $1"
}

# root_of: hashes (hex lines, at most 256) in, MTH out, by halving (RFC 6962 2.1)
root_of() {
  local -a row next
  mapfile -t row
  while [ ${#row[@]} -gt 1 ]; do
    mapfile -t next < <(for ((i = 0; i + 1 < ${#row[@]}; i += 2)); do
      echo "01${row[i]}${row[i + 1]}"
    done | hash_rows)
    # an odd last node goes up as it is
    [ $((${#row[@]} % 2)) = 0 ] || next+=("${row[-1]}")
    row=("${next[@]}")
  done
  echo "${row[0]}"
}

level=0
count=$size
: >"$work/above"
while [ "$count" -gt 0 ]; do
  : >"$work/row"
  for ((n = 0; n * 256 < count; n++)); do
    width=$((count - n * 256 < 256 ? count - n * 256 : 256))
    tile=$(path $level $n $width)
    [ "$(stat -c %s "$tile")" = $((width * 32)) ] || wrong "length of $tile"
    basenc --base16 -w64 "$tile" >"$work/tile"
    if [ $level = 0 ]; then
      leaves_of "$(path entries $n $width)" $width | hash_rows >"$work/computed"
    else
      sed -n "$((n * 256 + 1)),$((n * 256 + width))p" "$work/below" >"$work/computed"
    fi
    cmp -s "$work/tile" "$work/computed" || wrong "$tile"
    if [ $width = 256 ]; then
      root_of <"$work/tile" >>"$work/row"
    else
      # what no complete tile covers stays at the right edge, below all that stands above it
      root_of <"$work/tile" >"$work/edge.$level"
    fi
  done
  mv "$work/row" "$work/below"
  count=$((count / 256))
  level=$((level + 1))
done

# The right edge: the partial tiles joined from the bottom up.
got=
for ((l = 0; l < level; l++)); do
  [ -f "$work/edge.$l" ] || continue
  if [ -z "$got" ]; then
    got=$(cat "$work/edge.$l")
  else
    # the edge's own peaks come first: join them one by one, lowest first
    width=$((size / 256 ** l % 256))
    tile=$(path $l $((size / 256 ** (l + 1))) $width)
    basenc --base16 -w64 "$tile" >"$work/tile"
    at=$width
    for ((bit = 0; bit < 8; bit++)); do
      [ $((width >> bit & 1)) = 1 ] || continue
      at=$((at - (1 << bit)))
      peak=$(sed -n "$((at + 1)),$((at + (1 << bit)))p" "$work/tile" | root_of)
      got=$(echo "01$peak$got" | hash_rows)
    done
  fi
done
[ -n "$got" ] || got=$(printf '' | sha256sum | cut -c1-64 | tr a-f A-F)
[ "$got" = "$root" ] || wrong "root"
echo "ok $size"
