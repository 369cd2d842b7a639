#!/usr/bin/env bash
# Builds the wheel of decant-weights.
#
#   python/build.sh LIBDECANT DECANT OUTPUT
#
# LIBDECANT is libdecant.so, DECANT the static program, OUTPUT the folder for the wheel. The shared libraries that libdecant.so needs, as
# Debian has them, are put into the wheel, with their licenses. The same inputs give the same bytes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
library=$(realpath "$1")
program=$(realpath "$2")
mkdir -p "$3"
output=$(realpath "$3")
work=$root/.build/python

tools=$work/tools
if ! cmp -s "$here/requirements-build.txt" "$tools/requirements.txt"; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install -q --disable-pip-version-check -r "$here/requirements-build.txt"
  cp "$here/requirements-build.txt" "$tools/requirements.txt"
fi
PATH=$tools/bin:$PATH

# Times in the archive are those of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

stage=$work/stage
rm -rf "$stage" "$work/plain" "$work/repaired"
mkdir -p "$stage/src/decant/bin" "$stage/scripts" "$stage/licenses"
cp "$here/pyproject.toml" "$here/setup.py" "$here/README.md" "$root/LICENSE" "$stage"
cp "$here"/src/decant/*.py "$here/src/decant/py.typed" "$stage/src/decant"
install -m 755 "$here/scripts/decant" "$stage/scripts/decant"
install -m 644 "$library" "$stage/src/decant/libdecant.so"
install -m 755 "$program" "$stage/src/decant/bin/decant"
# The model and the pictures of `decant demo`, and the schemas that the help names.
"$root/packaging/share.sh" "$stage/src/decant/share"

# The licenses of what is linked in, as its packages have them.
for package in libhdf5-dev libaec-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev libprotobuf-c-dev libssl-dev libjpeg62-turbo-dev libpng-dev libc6-dev libstdc++6; do
  copyright=/usr/share/doc/$package/copyright
  if [ -f "$copyright" ]; then cp "$copyright" "$stage/licenses/$package.txt"; fi
done
for package in swift-argument-parser swift-nio swift-atomics swift-collections; do
  for file in LICENSE NOTICE; do
    found=$(find "$root/.build" -maxdepth 4 -path "*/checkouts/$package/$file.txt" -print -quit)
    if [ -n "$found" ]; then cp "$found" "$stage/licenses/$package-$file.txt"; fi
  done
done
swift=$(command -v swift || true)
if [ -n "$swift" ]; then
  cp "$(dirname "$(dirname "$(realpath "$swift")")")/share/swift/LICENSE.txt" "$stage/licenses/swift.txt"
fi
chmod -R u=rwX,go=rX "$stage"

python -m build --wheel --no-isolation --outdir "$work/plain" "$stage" >"$work/build.log" 2>&1 || {
  cat "$work/build.log" >&2
  exit 1
}
auditwheel repair --wheel-dir "$work/repaired" "$work"/plain/*.whl >"$work/repair.log" 2>&1 || {
  cat "$work/repair.log" >&2
  exit 1
}
twine check --strict "$work"/repaired/*.whl
auditwheel show "$work"/repaired/*.whl
rm -f "$output"/decant_weights-*.whl
cp "$work"/repaired/*.whl "$output"
ls -l "$output"/decant_weights-*.whl
