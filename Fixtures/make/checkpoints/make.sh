#!/bin/sh
# Remakes Fixtures/checkpoints. TF012, TF115 and TF2 name the Python interpreters that have TensorFlow 0.12.1 (Python
# 2.7), 1.15.5 (Python 3.7) and a 2.x release; a variable that is not set leaves its fixtures as they are.
set -eu
cd "$(dirname "$0")"
export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=

run() {
    if [ -n "$1" ]; then
        "$1" "$2"
    else
        echo "$2: skipped, $3 is not set"
    fi
}

run "${TF012:-}" make_tf012.py TF012
run "${TF115:-}" make_tf115.py TF115
run "${TF2:-}" make_tf2.py TF2
run "${TF012:-}" make_frozen.py TF012
run "${TF115:-}" make_frozen.py TF115
run "${TF2:-}" make_frozen.py TF2
run "${TF012:-}" make_graph_weights.py TF012
run "${TF115:-}" make_graph_weights.py TF115
run "${TF2:-}" make_graph_weights.py TF2
run "${TF115:-}" make_by_hand.py TF115
run "${PYTHON:-python3}" make_bad.py PYTHON
