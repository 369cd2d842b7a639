#!/usr/bin/env bash
# Installs decant-spark, with Spark, into an environment of its own, and prints the path of the environment.
#
#   integrations/spark/environment.sh CACHE
#
# The environment takes half a gigabyte of the folder CACHE. PYTHON names the interpreter; python3 if it is not set. SPARK chooses the
# version of Spark, such as 3.5.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "$1"
cache=$(realpath "$1")
.ci/java-packages >&2
python=${PYTHON:-python3}
environment=$cache/$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')${SPARK:+-spark$SPARK}
pip() { "$environment/bin/pip" install -q --disable-pip-version-check "$@" >&2; }
if ! cmp -s integrations/spark/pyproject.toml "$environment/pyproject.toml"; then
  echo "Installing Spark into $environment." >&2
  rm -rf "$environment"
  if ! { "$python" -m venv "$environment" && pip "pytest>=8" ${SPARK:+"pyspark~=$SPARK.0"} ./integrations/spark; }; then
    echo "Cannot make $environment: integrations/spark needs Python's venv, and pyspark, pyarrow and pandas from PyPI." >&2
    exit 1
  fi
  cp integrations/spark/pyproject.toml "$environment/pyproject.toml"
fi
pip --force-reinstall --no-deps ./integrations/spark
rm -rf integrations/spark/build integrations/spark/src/*.egg-info
echo "$environment"
