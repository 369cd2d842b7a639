#!/usr/bin/env bash
# Unpacks the archive of the static program in minimal Debians that have no toolchain and no libraries, and runs it; then installs the
# wheel for Debian's Python and runs the example of README. Needs root and debootstrap.
#
#   packaging/test-bare.sh DIST [SUITE...]     Debian 11, 12 and 13 unless named
set -euo pipefail
dist=$(realpath "$1")
shift
if [ $# = 0 ]; then set -- bullseye bookworm trixie; fi
here=$(realpath "$(dirname "$0")")

# One Debian in a process of its own, which removes it at its end.
try() (
  . "$here/bare-debian.sh"
  # The wheel says which C library it needs, and that of Debian 11 is older.
  packages=
  if [ "$1" != bullseye ]; then packages=python3-venv,python3-numpy; fi
  start "$1" $packages
  tar -xzf "$dist"/decant-*.tar.gz -C "$root/tmp"
  cp -r "$root"/tmp/decant-*/bin "$root"/tmp/decant-*/share "$root/usr/local/"
  demo
  main_job /usr/local/share/decant
  [ -n "$packages" ] || return 0

  say "the wheel"
  rm -rf "$root"/usr/local/bin/decant "$root"/usr/local/share/decant
  cp "$dist"/decant_weights-*.whl "$root/tmp"
  inside sh -ec '
    cd /tmp
    python3 --version
    python3 -m venv --system-site-packages venv
    venv/bin/pip install -q --no-index ./decant_weights-*.whl
    ln -s /tmp/venv/bin/decant /usr/local/bin/decant
  '
  demo
  inside sh -ec 'cd /tmp && venv/bin/python' <<'PYTHON'
import glob
import decant

folder = glob.glob("/tmp/decant-demo*")[0]
with decant.open(glob.glob("/tmp/venv/lib/**/demo/model.ckpt-4222", recursive=True)[0]) as checkpoint:
    print(checkpoint.format, checkpoint["logits/biases"].shape)
    decant.save(dict(checkpoint), "/tmp/again.npz")
model = decant.Captioner(glob.glob(folder + "/*.safetensors")[0])
picture = glob.glob("/tmp/venv/lib/**/demo/images/scene-09.jpg", recursive=True)[0]
print(model.caption(picture, beams=3)[0])
PYTHON
)

for suite; do try "$suite"; done
printf '\n== ran in %s\n' "$*"
