#!/usr/bin/env bash
# Lays out the fixtures as seeds: one folder for each fuzzer.
#
#   Tests/Fuzzing/seeds.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
limit=16k

# Copies the files under the folders that are small enough and whose paths match, under names that do not collide.
seed() {
  local fuzzer=$1 pattern=$2
  shift 2
  mkdir -p "$out/$fuzzer"
  find "$@" -type f -size "-$limit" -regextype posix-extended -regex ".*($pattern)" | while read -r file; do
    cp "$file" "$out/$fuzzer/$(tr '/ ' '__' <<<"$file")"
  done
}

little_endian() { printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 >> 16 & 255)))\\x00"; }

checkpoints=Fixtures/checkpoints
own=Tests/Fuzzing/seeds
seed sstable '\.index|/v1-[^/]*/[^/]*ckpt[^/.]*' $checkpoints
seed v1 '/v1-[^/]*/[^/]*ckpt[^/.]*' $checkpoints
mkdir -p "$out/v2"
find $checkpoints -name '*.index' -size "-$limit" | while read -r index; do
  data=${index%.index}.data-00000-of-00001
  [ -f "$data" ] && [ "$(stat -c %s "$data")" -lt 16384 ] || continue
  { little_endian "$(stat -c %s "$index")"; cat "$index" "$data"; } >"$out/v2/$(tr '/' '_' <<<"$index")"
done
mkdir -p "$out/transfer"
cp "$out"/v2/* "$out/transfer"
seed object-graph '' $own/object-graph
seed meta-graph '\.meta|\.pb' Fixtures
seed state-file '/checkpoint' $checkpoints
seed vocabulary '/word_counts[^/]*|/vocabulary/.*' Fixtures $own
seed safetensors '\.safetensors' Fixtures $own
seed hdf5 '\.h5' Fixtures $own
seed npz '\.np[yz]' Fixtures $own
seed pytorch '\.(pt|pth|pkl|ckpt|tar)' Fixtures/pytorch
seed gguf '\.gguf' Fixtures $own
seed archive '' Fixtures/archives
seed flax '\.msgpack|/checkpoint_7' Fixtures/flax
seed tflite '\.tflite' Fixtures $own
seed onnx '\.onnx' Fixtures/onnx
seed core-ml '\.mlmodel' Fixtures/coreml
seed tfjs '/model\.json' Fixtures/tfjs
seed shard-index '\.index\.json|\.weights\.json' Fixtures
mkdir -p "$out/keras-config"
for archive in Fixtures/keras/archives/{nested,own-layer,own-model,sequential}.keras; do
  unzip -p "$archive" config.json >"$out/keras-config/$(basename "$archive")"
done
seed rename-rules '' $own/rename-rules
seed model-pack '\.json' Sources/C/CModelPacks/packs $own/model-pack
seed jpeg '\.jpg' Fixtures/images
seed png '\.png' Fixtures/images
seed request '' $own/request
seed worker-request '' $own/worker-request
seed snappy '' $own/snappy
seed terminal-replies '' $own/terminal-replies
