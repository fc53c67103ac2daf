#!/bin/sh
# Make a virtual environment and install requirements/dev.txt into it.
# Usage: setup.sh PYTHON FOLDER VERSION...; the Python must be of one of the versions.
set -eu
cd "$(dirname "$0")/.."
python=$1 folder=$2
shift 2
say() { printf '%s\n' "$*" >&2; exit 1; }

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || version=missing
case " $* " in
  *" $version "*) ;;
  *)
    case $folder in .venv) name=PYTHON ;; *) name=PYTHON_OF_LAMBDA ;; esac
    say "$folder needs Python $(echo "$*" | sed 's/ / or /g'), and '$python' is $version: install that, and name it to make: 'make $name=python$1 ...'."
    ;;
esac

# Debian splits venv's pip off into a package of its own; "import venv" alone does not tell.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    say "Python's venv module is missing: install it with 'sudo apt-get install python$version-venv', then run make again."
  echo "Installing python$version-venv ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "python$version-venv"; } >/dev/null ||
    say "Could not install python$version-venv: install it by hand, then run make again."
fi

if ! "$folder/bin/uv" --version >/dev/null 2>&1; then
  echo "Setting up $folder (once; about a minute) ..."
  rm -rf "$folder"
  "$python" -m venv "$folder"
  "$folder/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/installer.txt
fi
"$folder/bin/uv" pip sync -q --compile-bytecode --require-hashes --python "$folder/bin/python" requirements/dev.txt
