#!/usr/bin/env bash
# Compares a wheel of decant-weights with TensorFlow, h5py, safetensors and numpy, value by value.
#
#   python/test_peers.sh WHEEL PEERS
#
# PEERS is the folder of Benchmarks/peers/setup.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$2/converter/bin/python
target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT
"$python" -m pip install -q --disable-pip-version-check --no-deps --target "$target" "$1"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$target "$python" python/tests/compare_peers.py
