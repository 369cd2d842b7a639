#!/usr/bin/env bash
# Installs decant-spark into an environment of its own, and tests it on a small cluster.
#
#   integrations/spark/test.sh PROGRAM CACHE [PYTEST-ARGUMENT...]
#
# PROGRAM is decant. The environment with Spark, which takes half a gigabyte, goes to the folder CACHE. PYTHON names the interpreter;
# python3 if it is not set. SPARK chooses the version of Spark, such as 3.5.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "$1")
mkdir -p "$2"
cache=$(realpath "$2")
shift 2
.ci/java-packages
python=${PYTHON:-python3}
environment=$cache/$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')${SPARK:+-spark$SPARK}
pip() { "$environment/bin/pip" install -q --disable-pip-version-check "$@"; }
if ! cmp -s integrations/spark/pyproject.toml "$environment/pyproject.toml"; then
  echo "Installing Spark into $environment." >&2
  rm -rf "$environment"
  if ! { "$python" -m venv "$environment" && pip "pytest>=8" ${SPARK:+"pyspark~=$SPARK.0"} ./integrations/spark; }; then
    echo "Cannot make $environment: tests of integrations/spark need Python's venv, and pyspark, pyarrow and pandas from PyPI." >&2
    exit 1
  fi
  cp integrations/spark/pyproject.toml "$environment/pyproject.toml"
fi
pip --force-reinstall --no-deps ./integrations/spark
rm -rf integrations/spark/build integrations/spark/src/*.egg-info
export DECANT=$program PYTHONDONTWRITEBYTECODE=1
"$environment/bin/pytest" -c integrations/spark/pyproject.toml --rootdir integrations/spark integrations/spark/tests "$@"
