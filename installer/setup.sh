#!/usr/bin/env bash
# Make this tree ready to run: Debian packages, then .venv with exactly requirements.lock.
# Every wheel is checked against its hash. Ends with the stamp that the Makefile looks at.
set -euo pipefail
cd "$(dirname "$0")/.."

if installer/packages.sh run test; then
  packages_complete=yes
else
  packages_complete=no
  echo "Going on without them; \`main.py doctor\` says what will not work." >&2
fi

find_python() {
  local name
  for name in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo "Python 3.11 or newer is needed and was not found (需要 Python 3.11 或更新版本)." >&2
  exit 3
}

# uv where it works: seconds instead of minutes. It removes what the lock does not name.
with_uv() {
  uv --version >/dev/null 2>&1 || return 1
  [ -x .venv/bin/python ] || uv venv --quiet --no-config --python "$python" .venv || return 1
  uv pip sync --quiet --no-config --python .venv/bin/python --require-hashes requirements.lock
}

# pip everywhere else; it also reads the site's pip.conf, for a site with an index of its own.
with_pip() {
  "$python" -m venv --clear .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --no-deps -r requirements.lock
}

python=$(find_python)
echo "Building .venv with $("$python" --version) (正在建立运行环境)…"
with_uv || with_pip
.venv/bin/python -c 'import msgspec, sqlalchemy, cryptography'
touch .venv/.ready
if [ "$packages_complete" = no ]; then
  echo "Still missing: the packages named above (仍缺少上述软件包)." >&2
fi
