#!/usr/bin/env bash
# Makes the Python environments of the measured libraries in a folder, unless they are there.
#
#   setup.sh FOLDER
#
# TensorFlow 0.12.1 needs Python 2.7 with virtualenv; where there is none, the comparison runs without it. TF012 may name
# an interpreter that has it already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder"

# make_environment NAME COMMAND...: runs COMMAND to make the environment, then installs what its requirements file lists.
make_environment() {
  local name=$1 requirements=$here/requirements-$1.txt
  shift
  if cmp -s "$requirements" "$folder/$name/requirements.txt"; then return; fi
  rm -rf "${folder:?}/$name"
  "$@" "$folder/$name"
  "$folder/$name/bin/python" -m pip install --quiet --requirement "$requirements"
  # Copied last: it says that all of them are installed.
  cp "$requirements" "$folder/$name/requirements.txt"
}

make_environment libraries python3 -m venv
make_environment converter python3 -m venv
if [ -n "${TF012:-}" ]; then
  echo "TensorFlow 0.12.1: $TF012"
elif python2.7 -m virtualenv --version >/dev/null 2>&1; then
  make_environment tensorflow python2.7 -m virtualenv --quiet
else
  echo "TensorFlow 0.12.1 is left out: there is no python2.7 with virtualenv, and TF012 names no interpreter that has it"
fi
