#!/usr/bin/env bash
# Installs a Debian package in a minimal Debian 12 that has nothing else, runs it, and removes it. Needs root and debootstrap.
#
#   packaging/test-deb.sh dist/decant_*.deb [SUITE]
set -euo pipefail
package=$(realpath "$1")
suite=${2:-bookworm}
mirror=${DECANT_MIRROR:-http://deb.debian.org/debian}

work=$(mktemp -d)
root=$work/$suite
cleanup() {
  mountpoint -q "$root/proc" && umount "$root/proc"
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
say() { printf '\n== %s\n' "$*"; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }

say "debootstrap $suite"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
mount -t proc proc "$root/proc"
inside dpkg-query -W -f '${Package}\n' | sort >"$work/before"
cp "$package" "$root/tmp/decant.deb"

say "install"
inside apt-get install -y -q --no-install-recommends /tmp/decant.deb >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
inside dpkg-query -W -f '${Package}\n' | sort | comm -13 "$work/before" - | tr '\n' ' '

say "decant demo"
started=$(date +%s%N)
inside decant demo >"$work/demo"
milliseconds=$((($(date +%s%N) - started) / 1000000))
tail -14 "$work/demo"
echo "It took $milliseconds ms."

say "the main job: inspect, convert (to HDF5 too), verify, run_inference"
inside sh -ec '
  demo=/usr/share/decant/demo
  cd /tmp
  decant --version
  decant inspect $demo/model.ckpt-4222 --match "^logits"
  decant convert $demo/model.ckpt-4222 --vocab $demo/word_counts.txt -o scenes.safetensors
  decant convert scenes.safetensors -o scenes.h5
  decant verify $demo/model.ckpt-4222 scenes.h5 --vocab $demo/word_counts.txt --images $demo/images
  decant run_inference --checkpoint_path=$demo/model.ckpt-4222 --vocab_file=$demo/word_counts.txt \
    --input_files=$demo/images/scene-09.jpg --quiet
  decant doctor --json $demo/model.ckpt-4222 >doctor.json
  test -s doctor.json
  test -s /usr/share/decant/schemas/doctor.schema.json
  decant licenses
  ! decant inspct x
  test -f /usr/share/man/man1/decant-inspect.1.gz || echo "(this Debian leaves out manual pages)"
  rm -rf scenes.* doctor.json decant-demo-*
'

say "remove"
inside apt-get purge -y -q decant >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
left=$(find "$root"/usr "$root"/etc "$root"/var/lib -xdev -path '*decant*' ! -path '*/apt/*' ! -path '*/dpkg/*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
say "installed, ran and was removed"
