#!/usr/bin/env bash
# Tests decant-spark on a small cluster.
#
#   integrations/spark/test.sh PROGRAM CACHE [PYTEST-ARGUMENT...]
#
# PROGRAM is decant. environment.sh says what goes to the folder CACHE.
set -euo pipefail
program=$(realpath "$1")
cache=$(realpath -m "$2")
shift 2
cd "$(dirname "$0")/../.."
environment=$(integrations/spark/environment.sh "$cache")
export DECANT=$program PYTHONDONTWRITEBYTECODE=1
"$environment/bin/pytest" -c integrations/spark/pyproject.toml --rootdir integrations/spark integrations/spark/tests "$@"
