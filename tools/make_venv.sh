#!/usr/bin/env bash
# Make the virtual environment. Debian keeps what this needs in python3-venv: installed when missing and permitted,
# otherwise one sentence says so.
set -euo pipefail
python=$1 folder=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; $("$python" --version) is here. Name another with: make PYTHON=python3.12 run" >&2
  exit 1
}
[ -x "$folder/bin/pip" ] && exit 0
rm -rf "$folder"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null && as_root="sudo" || as_root="no"
  fi
  if [ "$as_root" = "no" ] || ! command -v apt-get >/dev/null; then
    echo "Python's venv module is missing: install it (on Debian: sudo apt-get install python3-venv) and try again." >&2
    exit 1
  fi
  echo "Installing python3-venv …"
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq
  $as_root apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi
"$python" -m venv "$folder"
