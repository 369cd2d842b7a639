#!/usr/bin/env bash
# Runs every fuzzer named for four seconds and prints a line about each; stops at the first find.
set -euo pipefail
cd "$(dirname "$0")/../.."
log=.build/fuzz-work/smoke.log
mkdir -p "$(dirname "$log")"
for fuzzer in "$@"; do
  if ! Tests/Fuzzing/run.sh "$fuzzer" -max_total_time=4 >"$log" 2>&1; then
    tail -n 40 "$log"
    echo "$fuzzer: a find; the input is in .build/fuzz-work/finds" >&2
    exit 1
  fi
  awk -v name="$fuzzer" '/stat::number_of_executed_units/ { n = $2 } /DONE/ { for (i = 1; i < NF; i++) if ($i == "cov:") c = $(i + 1) }
    END { printf "%-18s %8d executions, %5d edges, no find\n", name, n, c }' "$log"
done
