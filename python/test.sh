#!/usr/bin/env bash
# Installs a wheel of decant-weights into an environment of its own, and tests it.
#
#   python/test.sh WHEEL [PYTEST-ARGUMENT...]
#
# PYTHON names the interpreter; python3 if it is not set.
set -euo pipefail
cd "$(dirname "$0")/.."
wheel=$(realpath "$1")
shift
environment=.build/python/test-$("${PYTHON:-python3}" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if ! cmp -s python/tests/requirements.txt "$environment/requirements.txt"; then
  rm -rf "$environment"
  "${PYTHON:-python3}" -m venv "$environment"
  "$environment/bin/pip" install -q --disable-pip-version-check -r python/tests/requirements.txt
  cp python/tests/requirements.txt "$environment/requirements.txt"
fi
"$environment/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps "$wheel"
"$environment/bin/pip" install -q --disable-pip-version-check numpy
PYTHONDONTWRITEBYTECODE=1 "$environment/bin/pytest" -c python/pyproject.toml --rootdir python python/tests "$@"
