#!/usr/bin/env bash
# Compares the engine with TensorFlow 0.12.1 block by block and writes the section of RESULTS.md about it.
#
#   accuracy.sh CACHE [OPTION...]     options of accuracy-report, such as --rounds 5
#
# TensorFlow's maps are made once, in CACHE/accuracy. TF012 names an interpreter that has TensorFlow 0.12.1; without one,
# and without the environment of `make bench-peers`, the small model is compared with the samples in Fixtures/ and the other is left out.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$1
shift
report=Benchmarks/.build/release/accuracy-report
tensorflow=${TF012:-$cache/peers/tensorflow/bin/python}
images=Fixtures/scenes/images
scenes=$(ls Fixtures/scenes/model.ckpt-* | grep -v '\.meta$')
full_size=$cache/full-size/model.ckpt-3000000

# make_golden NAME CHECKPOINT VOCABULARY
make_golden() {
  local out=$cache/accuracy/$1
  if [ "$out/maps.npz" -nt "$2" ] && [ "$out/maps.npz" -nt Fixtures/make/golden.py ]; then return; fi
  command -v "$tensorflow" >/dev/null || return 0
  mkdir -p "$out"
  TF_CPP_MIN_LOG_LEVEL=2 "$tensorflow" Fixtures/make/golden.py --checkpoint "$2" --vocab "$3" --out "$out" \
    --maps "$out/maps.npz" $images/*.jpg >&2
}

make_golden scenes "$scenes" Fixtures/scenes/word_counts.txt
make_golden full-size "$full_size" "$cache/full-size/word_counts.txt"
mkdir -p "$cache/accuracy"
{
  cat <<'TEXT'
This section shows how far the engine is from TensorFlow for each mix of algorithms
(`AlgorithmMix`). A mix says which tiles Winograd's transform takes:

- direct: none;
- small tiles: 2x2 for 3x3, 4 for 1x3 and 3x1, none for 5x5, 1x7 and 7x1;
- short tiles: 4x4 for 3x3 and 5x5 (2x2 for 3x3 on maps of 8x8), 4 for 1x3, 3x1, 1x7 and 7x1;
- **standard**, which `decant` runs without AMX: as short tiles, 6 for 1x7 and 7x1;
- large tiles: 6x6 for 3x3 as well;
- **split, exact**, which `decant` runs on processors with AMX: as standard, and six products of bf16
  numbers for 1x1, stride 2 and maps of 8x8;
- **split, fast**, for `--precision fast`: three products of bf16 numbers everywhere.

Without AMX, the last two run on emulated instructions, and their times are left out.

Captions are equal if words, word IDs and order are equal, under 8 settings of the beam search. The
"other lines" are lines of the original program's output, with 6 decimals, that Decant prints
differently. Times are medians of encoding one image, in turns, with minima in brackets.

TEXT
  folder=$cache/accuracy/scenes
  [ -e "$folder/maps.npz" ] || folder=Fixtures/scenes/golden
  "$report" "$scenes" --title "The scenes model" --vocab Fixtures/scenes/word_counts.txt --golden "$folder" --images $images "$@"
  if [ -e "$cache/accuracy/full-size/maps.npz" ]; then
    "$report" "$full_size" --title "The full-size model" --vocab "$cache/full-size/word_counts.txt" \
      --golden "$cache/accuracy/full-size" --images $images "$@"
  else
    echo "accuracy.sh: there is no TensorFlow 0.12.1, so the full-size model is left out" >&2
  fi
} >"$cache/accuracy/accuracy.md.part"
mv "$cache/accuracy/accuracy.md.part" "$cache/accuracy/accuracy.md"
cat "$cache/accuracy/accuracy.md"
