#!/usr/bin/env bash
# Opens every kind of page in a real browser, headless Chromium, and tests it as a person would use it.
#
#   Tests/Pages/run.sh DECANT [PYTEST-ARGUMENT...]
#
# DECANT is the command to test. On Debian as root (or with passwordless sudo) it installs Chromium and its driver; elsewhere it says
# what is missing, and fails. Screenshots end up in .build/pages/screenshots.
set -euo pipefail
cd "$(dirname "$0")/../.."
decant=$(realpath "$1")
shift

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
[ -n "$(fc-list 2>/dev/null | grep -i dejavu)" ] || missing+=(fonts-dejavu-core fontconfig)
if [ ${#missing[@]} != 0 ]; then
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo -n"
  if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! sudo -n true 2>/dev/null; }; then
    echo "The tests of pages need these Debian packages: ${missing[*]}. Install them and run this again." >&2
    exit 1
  fi
  echo "Installing: ${missing[*]}" >&2
  $as_root apt-get update -q >&2
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
fi

environment=.build/pages/venv
stamp=$environment/requirements.txt
if ! cmp -s Tests/Pages/requirements.txt "$stamp"; then
  rm -rf "$environment"
  python3 -m venv "$environment"
  grep '^[a-z]' Tests/Pages/requirements.txt | grep -v '^axe' | xargs "$environment/bin/pip" install -q --disable-pip-version-check
  grep '^axe' Tests/Pages/requirements.txt | xargs "$environment/bin/pip" install -q --disable-pip-version-check --no-deps
  cp Tests/Pages/requirements.txt "$stamp"
fi
DECANT=$decant PYTHONDONTWRITEBYTECODE=1 "$environment/bin/pytest" -q -p no:cacheprovider Tests/Pages "$@"
