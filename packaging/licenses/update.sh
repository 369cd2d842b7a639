#!/usr/bin/env bash
# Copies the licenses of what Decant links here, from Debian 12's packages and from the sources that SwiftPM fetched.
#
# Run it after a new version of a library (see ../components.json), and read the diff.
set -euo pipefail
cd "$(dirname "$0")"
checkouts=../../.build/checkouts

debian() { tr -d '\r' <"/usr/share/doc/$2/copyright" | expand | sed 's/\xef\xbb\xbf//' >"$1.txt"; }

debian hdf5 libhdf5-103-1
debian libaec libaec0
debian protobuf-c libprotobuf-c1
debian zlib zlib1g
debian bzip2 libbz2-1.0
debian xz liblzma5
debian zstd libzstd1
debian openssl libssl3
debian libjpeg-turbo libjpeg62-turbo
debian libpng libpng16-16
debian glibc libc6
debian gcc libgcc-s1
expand /usr/share/common-licenses/LGPL-2.1 | tr -d '\f' >lgpl-2.1.txt

# Swift, and what is under the same terms: Apache 2.0 with the runtime library exception.
expand "$checkouts/swift-argument-parser/LICENSE.txt" >swift.txt
for package in swift-atomics swift-collections; do
  expand "$checkouts/$package/LICENSE.txt" | cmp - swift.txt
done
{
  cat "$checkouts/swift-nio/NOTICE.txt"
  printf '\n---\n\nThe license of llhttp:\n\n'
  cat "$checkouts/swift-nio/Sources/CNIOLLHTTP/LICENSE"
} | expand >swift-nio.txt
expand ../../LICENSE >apache-2.0.txt
