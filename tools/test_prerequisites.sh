#!/usr/bin/env bash
# What the tests need beside the virtual environment: Chromium, CJK fonts, PostgreSQL. Installed through apt when
# missing and permitted; otherwise one sentence says what to install.
set -euo pipefail

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk fontconfig)
# the browser driver's node needs it, and a bare Debian lacks it
/sbin/ldconfig -p 2>/dev/null | grep -q libatomic.so.1 || missing+=(libatomic1)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
  else
    echo "The tests need ${missing[*]}: install them (on Debian: sudo apt-get install ${missing[*]}) and run make test again." >&2
    exit 1
  fi
fi
if ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]}: install them with this system's package manager and run make test again." >&2
  exit 1
fi
echo "Installing for the tests: ${missing[*]} (a few minutes the first time) …"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
