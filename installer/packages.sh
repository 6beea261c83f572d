#!/usr/bin/env bash
# Install the Debian packages of the named groups; where we may not, name what is missing.
# Usage: installer/packages.sh GROUP…      Ends with 3 when a person must install something.
set -euo pipefail
cd "$(dirname "$0")/.."

list=installer/packages.txt
declare -a missing=() reasons=()

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Fill `missing` with "name [name]" (alternatives) and `reasons` with what each is for.
find_missing() {
  local line group names name found
  missing=() reasons=()
  while IFS= read -r line; do
    [[ $line =~ ^[a-z] ]] || continue
    group=${line%% *}
    [[ " $* " == *" $group "* ]] || continue
    names=${line#"$group"}
    names=${names%%#*}
    names=${names//|/ }
    found=no
    for name in $names; do
      if is_installed "$name"; then found=yes; fi
    done
    if [ "$found" = no ]; then
      missing+=("$(echo $names)")
      reasons+=("${line#*# }")
    fi
  done <"$list"
}

name_missing() {
  local i
  echo "These Debian packages are missing (缺少以下软件包):" >&2
  for i in "${!missing[@]}"; do
    printf '  %-24s %s\n' "${missing[$i]##* }" "${reasons[$i]}" >&2
  done
}

if ! command -v dpkg-query >/dev/null; then
  echo "Not a Debian system: install the equivalents of $list yourself." >&2
  exit 3
fi
find_missing "$@"
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n env)
else
  name_missing
  echo "Run as root: apt-get install -y ${missing[*]##* }" >&2
  exit 3
fi

apt() {
  "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -q -y \
    -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

echo "Installing ${#missing[@]} Debian packages (正在安装 ${#missing[@]} 个软件包)…"
apt update >/dev/null || echo "apt-get update failed; trying with the lists at hand." >&2
chosen=()
for names in "${missing[@]}"; do
  choice=${names##* }
  for name in $names; do
    if apt-cache show "$name" >/dev/null 2>&1; then choice=$name && break; fi
  done
  chosen+=("$choice")
done
if ! apt install --no-install-recommends "${chosen[@]}" >/dev/null; then
  # One name that this release does not know must not keep the others away.
  for choice in "${chosen[@]}"; do
    apt install --no-install-recommends "$choice" >/dev/null || true
  done
fi
find_missing "$@"
[ ${#missing[@]} -gt 0 ] || exit 0
name_missing
exit 3
