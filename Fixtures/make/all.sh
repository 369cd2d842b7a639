#!/usr/bin/env bash
# Remakes the fixtures; the trained weights stay as they are (see scenes/README.md for those).
#
# TF012, TF115 and TF2 name the Python interpreters that have TensorFlow 0.12.1 (Python 2.7), 1.15.5 (Python 3.7) and a 2.x
# release; TF11 1.1.0 (Python 2.7); TORCH one that has torch and torchvision; ONNX one that has onnx, TFJS one that has tensorflowjs, COREML one that has coremltools; PYTHON one that has Pillow, numpy and h5py. Fixtures whose interpreter is not named stay as they are.
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
scenes=../scenes
checkpoint=$(ls $scenes/model.ckpt-* | grep -v '\.meta$')

say() { echo "== $*"; }

say "checkpoints"
checkpoints/make.sh

say "optimizers"
for interpreter in "${TF012:-}" "${TF115:-}" "${TF2:-}"; do
  [ -z "$interpreter" ] || "$interpreter" optimizers.py --out ../optimizers
done

say "images"
"$python" images/make_images.py ../images
say "hdf5"
"$python" hdf5.py ../hdf5
say "ONNX, Core ML and TensorFlow.js"
[ -z "${ONNX:-}" ] || "$ONNX" onnx_files.py ../onnx
[ -z "${COREML:-}" ] || "$COREML" coreml_files.py ../coreml
[ -z "${TFJS:-}" ] || "$TFJS" tfjs_files.py ../tfjs
say "pictures of other formats"
"$python" pictures.py ../pictures
say "SavedModels and weights of other programs"
[ -z "${TF115:-}" ] || "$TF115" saved_models.py ../saved-models
[ -z "${TF2:-}" ] || "$TF2" saved_models.py ../saved-models
[ -z "${TORCH:-}" ] || "$TORCH" foreign_weights.py ../foreign
[ -z "${TF2:-}" ] || "$TF2" foreign_weights.py ../foreign
if [ -n "${TF2:-}" ]; then
  say "npz and Keras 3"
  "$TF2" npz.py ../npz
  "$TF2" keras_files.py ../keras
  "$TF2" keras_dtypes.py ../keras
  "$TF2" keras_exports.py ../keras/exports
fi
[ -z "${TF115:-}" ] || "$TF115" keras_files.py ../keras

if [ -n "${TF012:-}" ]; then
  say "pixels, searches and golden files of TensorFlow 0.12.1"
  "$TF012" images/pixels.py ../images/*.jpg > ../images/jpeg.json
  "$TF012" captioning/search_cases.py ../captioning/searches.json
  "$TF012" golden.py --checkpoint "$checkpoint" --vocab $scenes/word_counts.txt --out $scenes/golden $scenes/images/*.jpg
  "$TF012" im2txt_graph.py --list-variables > ../models/show-and-tell-variables.tsv
  "$TF012" names/recurrent_names.py ../models/recurrent-0.12.1.json
else
  echo "TF012 is not set: pixels, searches and golden files are left as they are"
fi
if [ -n "${TF115:-}" ]; then
  say "pixels of TensorFlow 1.15"
  "$TF115" images/pixels.py ../images/*.png > ../images/png.json
  "$TF115" names/recurrent_names.py ../models/recurrent-1.15.5.json
else
  echo "TF115 is not set: the pixels of PNG files are left as they are"
fi
[ -z "${TF11:-}" ] || "$TF11" names/recurrent_names.py ../models/recurrent-1.1.0.json
if [ -n "${TORCH:-}" ]; then
  say "names of torchvision"
  "$TORCH" names/torchvision_names.py ../models
  "$TORCH" renaming/state_dicts.py ../renaming
else
  echo "TORCH is not set: the names of torchvision are left as they are"
fi
if [ -n "${TF2:-}" ]; then
  say "names of Keras"
  "$TF2" names/keras_names.py ../models
  "$TF2" renaming/models.py ../renaming
else
  echo "TF2 is not set: the names of Keras are left as they are"
fi
# Last, because it reads what the others wrote.
if [ -n "${TF2:-}" ]; then
  say "digests of what the real libraries read"
  "$TF2" tensor_digests.py
fi
