# A minimal Debian that has nothing else, for scripts that try what dist/ has. Sourced; needs root and debootstrap.

mirror=${DECANT_MIRROR:-http://deb.debian.org/debian}

say() { printf '\n== %s\n' "$*"; }

# start SUITE [PACKAGES]: makes the Debian in $root, with what lies beside it in $work. Both are removed when the script ends.
start() {
  local suite=$1 packages=${2:-}
  work=$(mktemp -d)
  root=$work/$suite
  trap finish EXIT
  say "debootstrap $suite"
  debootstrap --variant=minbase ${packages:+--include="$packages"} "$suite" "$root" "$mirror" >"$work/log" 2>&1 ||
    { tail -20 "$work/log" >&2; exit 1; }
  mount -t proc proc "$root/proc"
}

finish() {
  if mountpoint -q "$root/proc"; then umount "$root/proc"; fi
  rm -rf --one-file-system "$work"
}

# Runs a command in it.
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }

# demo: what a new user runs first, and how long it takes.
demo() {
  say "decant demo"
  local started milliseconds
  started=$(date +%s%N)
  inside sh -ec 'cd /tmp && decant demo' >"$work/demo"
  milliseconds=$((($(date +%s%N) - started) / 1000000))
  tail -14 "$work/demo"
  echo "It took $milliseconds ms."
}

# main_job SHARE: inspect, convert (to HDF5 too), verify, run_inference, with the files in SHARE.
main_job() {
  say "the main job: inspect, convert (to HDF5 too), verify, run_inference"
  inside sh -ec '
    demo=$1/demo
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
    test -s $1/schemas/doctor.schema.json
    decant licenses
    ! decant inspct x
    rm -rf scenes.* doctor.json decant-demo-*
  ' sh "$1"
}
