#!/usr/bin/env bash
# Packs a static program with its demo, schemas, manual and completions: DIST/decant-VERSION-linux-MACHINE.tar.gz. Prints its path.
#
#   packaging/archive.sh PROGRAM DIST
set -euo pipefail
program=$(realpath "$1")
dist=$(realpath -m "$2")
cd "$(dirname "$0")/.."
: "${SOURCE_DATE_EPOCH:=$(git -c safe.directory='*' log -1 --format=%ct)}"
umask 022

name=decant-$("$program" --version)-linux-$(uname -m)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
install -d "$stage/$name/bin" "$dist"
install -m 755 "$program" "$stage/$name/bin/decant"
packaging/share.sh "$stage/$name/share" "$program"
install -m 644 LICENSE README.md CHANGELOG.md "$stage/$name"
# The same program gives the same bytes.
tar -C "$stage" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$name" |
  gzip -9n >"$dist/$name.tar.gz"
echo "$dist/$name.tar.gz"
