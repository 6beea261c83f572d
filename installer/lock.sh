#!/usr/bin/env bash
# Resolve pyproject.toml into requirements.lock: versions and hashes, no address of any index.
# Usage: installer/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."

uv=uv
if ! uv --version >/dev/null 2>&1; then
  [ -x build/uv/bin/uv ] || { python3 -m venv build/uv && build/uv/bin/pip install --quiet uv; }
  uv=build/uv/bin/uv
fi
mkdir -p build
resolved=build/requirements.resolved
if [ -f requirements.lock ]; then cp requirements.lock "$resolved"; fi
"$uv" pip compile pyproject.toml --group dev --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-header --quiet --no-config "$@" -o "$resolved"
{
  echo "# Exactly what .venv holds: to run, and to test (dependency group dev). Written by"
  echo "# \`make lock\` from pyproject.toml; not edited by hand. Installed by \`make setup\`."
  cat "$resolved"
} >requirements.lock
