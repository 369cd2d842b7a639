#!/usr/bin/env bash
# Builds the tests of our C and runs them.
#
#   Tests/C/CTests/run.sh             on this machine, under the address and undefined behavior sanitizers
#   Tests/C/CTests/run.sh --aarch64   also for aarch64, under qemu-user; the bits of alike variants must be the same on both
#
# CLANG names the compiler; by default it is the one beside `swift`. What the second form needs, .ci/cross-packages installs.
set -euo pipefail
cd "$(dirname "$0")/../../.."

clang=${CLANG:-$(dirname "$(command -v swift)")/clang}
command -v "$clang" >/dev/null || clang=clang
build=.build/c-tests
mkdir -p "$build"

flags="-Wall -Wextra -Werror -fuse-ld=lld -ISources/C/CDecantKernels/include -ISources/C/CDecantBytes/include"
flags="$flags -ISources/C/CDecantImages/include"
sources="Sources/C/CDecantKernels/*.c Sources/C/CDecantBytes/*.c Sources/C/CDecantImages/resize.c Sources/C/CDecantImages/shrink.c Tests/C/CTests/*.c"

required=portable
case $(uname -m) in aarch64 | arm64) required="portable neon" ;; esac
"$clang" -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $flags $sources -lm -o "$build/native"
echo "== $(uname -m), with sanitizers"
"$build/native" $required | tee "$build/native.txt"
if [ "${1:-}" != "--aarch64" ]; then exit 0; fi

# The headers of the libraries are this machine's, behind those of aarch64: enough to compile, not to link.
libraries=$(pkg-config --cflags hdf5 libjpeg libpng libprotobuf-c | sed 's/-I/-idirafter /g')
for source in Sources/C/CDecantImages/*.c Sources/C/CDecantHDF5/*.c Sources/C/CTensorFlowProtos/*.c; do
  "$clang" --target=aarch64-linux-gnu -fsyntax-only -Wall -Wextra -Werror -I"$(dirname "$source")/include" $libraries \
    -idirafter "/usr/include/$(uname -m)-linux-gnu" "$source"
done
"$clang" --target=aarch64-linux-gnu -O2 -static $flags $sources -lm -o "$build/aarch64"
qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64)
echo "== aarch64, under $(basename "$qemu")"
"$qemu" "$build/aarch64" portable neon | tee "$build/aarch64.txt"

bits() { sed -n "s/^$1: .* bits //p" "$2"; }
same() {
  left=$(bits "$1" "$build/native.txt")
  right=$(bits "$2" "$build/aarch64.txt")
  if [ -n "$left" ] && [ "$left" != "$right" ]; then
    echo "$1 here and $2 on aarch64 differ in their bits"
    exit 1
  fi
}
same portable portable
same avx2 neon
same neon neon
same amx-emulated amx-emulated
same amx amx-emulated
same resize resize
same shrink shrink
