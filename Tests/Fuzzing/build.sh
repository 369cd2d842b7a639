#!/usr/bin/env bash
# Builds the fuzzers in release: coverage and the address sanitizer for all of ours, the undefined-behavior checks for our C.
#
#   Tests/Fuzzing/build.sh [fuzzer]    all of them, or one
set -euo pipefail
cd "$(dirname "$0")/../.."
export DECANT_FUZZERS=1
swift=${SWIFT:-swift}
flags=(-c release --scratch-path .build/fuzz --sanitize=address --sanitize=fuzzer -Xswiftc -sanitize=fuzzer
  -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined)
"$swift" build "${flags[@]}" ${1:+--product "$1"}
