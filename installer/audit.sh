#!/bin/bash
# audit.sh STORE [KEYS] - check a central store with public tools only: ssh-keygen, jq, sha256sum, awk.
# STORE: the directory, or what `rclone copy` or `aws s3 sync` brought of a bucket.
# KEYS: lines "<station> ssh-ed25519 AAAA...", got another way than the store. Without it the store's
# own word is taken: a store that was made anew by somebody else then looks whole.
# Prints FAIL and what is wrong, a line each. Exit code 0 all holds, 4 something does not, 2 usage.
set -u
[ $# -ge 1 ] && [ -d "$1" ] || { echo "usage: audit.sh STORE [KEYS]" >&2; exit 2; }
keys=$(realpath "${2:-/dev/null}"); cd "$1" || exit 2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
: >"$work/faults"; : >"$work/sums"; : >"$work/saw"; : >"$work/named"
zero=$(printf '%064d' 0)
fail() { echo "FAIL $*" | tee -a "$work/faults"; }
each() { find "$1" -maxdepth 1 -name "$2" 2>/dev/null | LC_ALL=C sort; }
signed() { # FILE STATION NAMESPACE
  ssh-keygen -q -Y verify -f "$work/allowed" -I "$2" -n "$3" -s "$1.sig" <"$1" >/dev/null 2>&1 ||
    fail "$2: $1: signature"
}

if [ -s "$keys" ]; then cp "$keys" "$work/allowed"; else
  echo "no KEYS given: the keys are the store's own word"
  for key in $(each keys '*.json'); do jq -r '"\(.station) \(.ssh)"' "$key"; done >"$work/allowed"
fi
echo "store $(jq -r '.ssh' store.json 2>/dev/null)" >"$work/maker"
ssh-keygen -q -Y verify -f "$work/maker" -I store -n evidock-store@v1 -s store.json.sig <store.json \
  >/dev/null 2>&1 || fail "store.json: signature"
store=$(jq -r .store_id store.json 2>/dev/null)

ledger() { # STATION: one line for each ledger line: number, hash, number it names, hash before it
  local first want=1 segment count
  : >"$work/$1.lines"; : >"$work/$1.told"; : >"$work/$1.collected"; mkdir "$work/pieces"
  for segment in $(each "ledger/$1" '*.jsonl'); do
    signed "$segment" "$1" evidock-ledger@v1
    first=$(basename "$segment" .jsonl | sed 's/^0*//')
    [ "$first" = "$want" ] || fail "$1: ledger lines $want to $((first - 1)) are missing"
    # Each line to a file of its own, so that one sha256sum hashes them all.
    awk -v to="$work/pieces" '{ f = sprintf("%s/%07d", to, NR); printf "%s", $0 >f; close(f) }' "$segment"
    count=$(awk 'END { print NR }' "$segment")
    (cd "$work/pieces" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum) |
      cut -d' ' -f1 >"$work/hashes"
    jq -r '"\(.seq) \(.prev) \(.station)"' "$segment" >"$work/says" 2>/dev/null || fail "$1: $segment: no JSON"
    paste -d' ' "$work/hashes" "$work/says" | awk -v n="$first" '{ print n++, $0 }' >>"$work/$1.lines"
    jq -r --arg by "$1" 'select(.act == "saw_head") | .facts | "\($by) \(.of) \(.seq_of) \(.head)"' \
      "$segment" >>"$work/saw" 2>/dev/null
    jq -r --arg s "$store" 'select(.act == "transferred" and .facts.store == $s) | .facts.manifest' \
      "$segment" >>"$work/$1.told" 2>/dev/null
    paste -d' ' "$work/hashes" <(jq -r '"\(.act) \(.clip)"' "$segment" 2>/dev/null) |
      awk '$2 == "collected" { print $3, $1 }' >>"$work/$1.collected"
    want=$((first + count)); find "$work/pieces" -type f -delete
  done
  rmdir "$work/pieces"
  awk -v head="$zero" -v s="$1" '
    ($3 != $1 || $5 != s) || ($4 != head && NR > 1 && last == $1 - 1) || (NR == 1 && $1 == 1 && $4 != head) {
      print "FAIL " s ": ledger chain broken at line " $1 }
    { head = $2; last = $1 }' "$work/$1.lines" | tee -a "$work/faults"
  for note in $(each "ledger/$1" '*.checkpoint'); do
    [ "$(sed -n 2p "$note")" -lt "$want" ] || fail "$1: $note is signed over more lines than are here"
  done
}

manifests() { # STATION
  local seq=0 previous=$zero file
  : >"$work/$1.have"
  for file in $(each "manifests/$1" '*.json'); do
    signed "$file" "$1" evidock-manifest@v1; echo "$file" >>"$work/$1.have"
    jq -r '"\(.seq) \(.previous) \(.clip) \(.custody) \(.station)"' "$file" >"$work/m" 2>/dev/null
    read -r number before clip custody station <"$work/m" || number=0
    [ "$number" = $((seq + 1)) ] || fail "$1: manifest $((seq + 1)) is missing or changed (found $number)"
    [ "$before" = "$previous" ] || fail "$1: $file does not follow from the one before"
    [ "$file $station" = "manifests/$1/$(printf %012d "$number")-$clip.json $1" ] || fail "$1: $file: name"
    awk -v c="$clip" -v h="$custody" '$1 == c && $2 == h { f = 1 } END { exit !f }' \
      "$work/$1.collected" || fail "$1: $file: the ledger does not tell of it"
    jq -r '.objects[] | "\(.sha256)  \(.key)"' "$file" >>"$work/sums" 2>/dev/null
    seq=$number; previous=$(sha256sum <"$file" | cut -d' ' -f1)
  done
  LC_ALL=C sort "$work/$1.told" | LC_ALL=C comm -23 - <(LC_ALL=C sort "$work/$1.have") >"$work/lost"
  while read -r file; do fail "$1: $file is missing; the ledger tells of it"; done <"$work/lost"
}

operations() { # STATION
  local want=1 segment first
  for segment in $(each "events/$1" '*.jsonl'); do
    signed "$segment" "$1" evidock-events@v1
    first=$(basename "$segment" .jsonl | sed 's/^0*//')
    [ "$first" = "$want" ] || fail "$1: operations $want to $((first - 1)) are missing"
    want=$((first + $(awk 'END { print NR }' "$segment")))
  done
}

stations=$( { for d in ledger manifests clips events; do each "$d" '*' | tail -n +2; done |
  sed 's#.*/##'; each keys '*.json' | sed 's#.*/##; s#-[0-9]*\.json$##'; } | LC_ALL=C sort -u)
for station in $stations; do
  [ -s "keys/$station-1.json" ] || fail "$station: no key in the store"
  for key in $(each keys "$station-*.json"); do
    jq -r '"\(.station) \(.ssh)"' "$key" >"$work/own"
    ssh-keygen -q -Y verify -f "$work/own" -I "$station" -n evidock-store@v1 -s "$key.sig" <"$key" \
      >/dev/null 2>&1 || fail "$station: $key: signature"
    grep -qxF "$(cat "$work/own")" "$work/allowed" || fail "$station: $key is none of the keys given"
  done
  ledger "$station"; manifests "$station"; operations "$station"
done
while read -r by of seq head; do
  awk -v n="$seq" -v h="$head" '$1 == n { f = ($2 == h) } END { exit !f }' "$work/$of.lines" 2>/dev/null ||
    fail "$of: ledger line $seq is not here as $by saw it: cut off or rewritten"
done <"$work/saw"
sha256sum --quiet -c "$work/sums" 2>/dev/null | sed 's/^/FAIL /' | tee -a "$work/faults"
for station in $stations; do
  echo "$station: $(awk 'END { print NR }' "$work/$station.have") manifests," \
    "$(awk 'END { printf "%d ledger lines, head %s", NR, substr($2, 1, 16) }' "$work/$station.lines")"
done
faults=$(awk 'END { print NR }' "$work/faults")
echo "$(awk 'END { print NR }' "$work/sums") objects, $(awk 'END { print NR }' "$work/saw") sightings, $faults faults"
[ "$faults" = 0 ] || exit 4
