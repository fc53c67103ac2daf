#!/bin/sh
# Make .venv and install requirements/dev.txt into it. Usage: setup.sh PYTHON
set -eu
cd "$(dirname "$0")/.."
python=$1
say() { printf '%s\n' "$*" >&2; exit 1; }

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
  say "Contact Sheet needs Python 3.11, 3.12 or 3.13: install one, then run 'make PYTHON=python3.11' or the like."

# Debian splits venv's pip off into a package of its own; "import venv" alone does not tell.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    say "Python's venv module is missing: install it with 'sudo apt-get install $package', then run make again."
  echo "Installing $package ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package"; } >/dev/null ||
    say "Could not install $package: install it by hand, then run make again."
fi

echo "Setting up .venv (once; about a minute) ..."
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/installer.txt
.venv/bin/uv pip sync -q --compile-bytecode --require-hashes --python .venv/bin/python requirements/dev.txt
