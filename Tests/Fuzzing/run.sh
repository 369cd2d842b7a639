#!/usr/bin/env bash
# Runs one fuzzer that build.sh built, from the fixtures and from what earlier runs found, and says what it did.
#
#   Tests/Fuzzing/run.sh fuzz-sstable [libFuzzer's options]
#
# Corpora and finds are kept under .build/fuzz-work; the exit status is not 0 after a find.
set -euo pipefail
cd "$(dirname "$0")/../.."
fuzzer=$1 name=${1#fuzz-}
shift
work=.build/fuzz-work
mkdir -p "$work/corpus/$name" "$work/finds/$name"
[ -d "$work/seeds" ] || Tests/Fuzzing/seeds.sh "$work/seeds"
# Swift's own report of a trap reads memory in ways that the address sanitizer stops.
export SWIFT_BACKTRACE=enable=no
# A parser's errors are compared with nothing, so half a gigabyte for an input of a few kilobytes is a find.
options=(-timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=12288 -print_final_stats=1)
# libhdf5 does what it does to a damaged file in a child process: what it loses, asks for or overwrites there is not ours to mend, so
# that memory is not watched longer than it takes. Where the child crashes, an input may be kept under finds/; the run goes on.
if [ "$name" = hdf5 ]; then
  # The child has processor time of its own to use up.
  options+=(-detect_leaks=0 -timeout=120 -malloc_limit_mb=0)
  export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=2048
  ASAN_OPTIONS+=:quarantine_size_mb=0:thread_local_quarantine_size_kb=0:symbolize=0
fi
# Swift's globals keep values in pointers with marks in them, which the leak detector does not follow.
if [ "$name" = request ] || [ "$name" = core-ml ]; then
  options+=(-detect_leaks=0)
  export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
fi
exec ".build/fuzz/release/$fuzzer" "$work/corpus/$name" "$work/seeds/$name" "${options[@]}" \
  -artifact_prefix="$work/finds/$name/" "$@"
