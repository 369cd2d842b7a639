#!/usr/bin/env bash
# Makes DIST/decant_VERSION_ARCHITECTURE.deb from a built program; prints its path.
#
#   packaging/debian/build.sh PROGRAM DIST
#
# The program is linked to Debian's libraries, with Swift's runtime inside. The same commit and program give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "$1")
dist=$2
here=packaging/debian

for tool in dpkg-deb dpkg-shlibdeps strip; do
  command -v $tool >/dev/null || { echo "$here/build.sh needs $tool. Install dpkg-dev and binutils." >&2; exit 1; }
done
version=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/Core/Messages/DecantVersion.swift)
packaged=$(sed -n '1s/decant (\(.*\)) .*/\1/p' $here/changelog)
[ "$version" = "$packaged" ] || { echo "$here/changelog is about $packaged, the program is $version" >&2; exit 1; }
architecture=$(dpkg --print-architecture)
: "${SOURCE_DATE_EPOCH:=$(git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || dpkg-parsechangelog -l$here/changelog -STimestamp)}"
export SOURCE_DATE_EPOCH
umask 022

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/root
share=$root/usr/share

install -d "$root/DEBIAN" "$root/usr/bin" "$share/doc/decant"
strip --strip-unneeded --remove-section=.comment --remove-section=.note -o "$root/usr/bin/decant" "$program"
chmod 755 "$root/usr/bin/decant"
packaging/share.sh "$share" "$program"
# Debian's zsh looks there.
mv "$share/zsh/site-functions" "$share/zsh/vendor-completions"
gzip -9n "$share"/man/man1/*.1

install -m 644 $here/copyright "$share/doc/decant/copyright"
gzip -9nc $here/changelog >"$share/doc/decant/changelog.gz"
gzip -9nc CHANGELOG.md >"$share/doc/decant/CHANGELOG.md.gz"
install -m 644 README.md "$share/doc/decant/README.md"

# dpkg-shlibdeps wants the source of a package. libhdf5 is loaded when it is needed, so it does not find that.
install -d "$stage/source/debian"
printf 'Source: decant\n\nPackage: decant\nArchitecture: any\n' >"$stage/source/debian/control"
depends=$(cd "$stage/source" && dpkg-shlibdeps -O "$root/usr/bin/decant" | sed -n 's/^shlibs:Depends=//p')
hdf5=$(dpkg-query -S '*/libhdf5_serial.so.*' | sed -n 's/^\(libhdf5-[^:]*\):.*/\1/p' | sort -u | head -1)
[ -n "$hdf5" ] || { echo "no package has libhdf5_serial.so; install libhdf5-dev" >&2; exit 1; }
depends="$depends, $hdf5 (>= $(dpkg-query -W -f '${source:Upstream-Version}' "$hdf5"))"
size=$(du -k -s --apparent-size "$root/usr" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" -e "s|@DEPENDS@|$depends|" \
  $here/control.in >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

find "$root" -print0 | xargs -0 touch -h -d "@$SOURCE_DATE_EPOCH"
install -d "$dist"
package=$dist/decant_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >&2
echo "$package"
