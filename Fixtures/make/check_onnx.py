#!/usr/bin/env python3
"""Checks an ONNX file that Decant wrote: the file itself, and its captions against TensorFlow's.

    python3 check_onnx.py im2txt.onnx golden/captions.json IMAGES

`captions.json` is what golden.py wrote for the images in the directory IMAGES. onnx.checker checks the file, and
onnx_captions.py captions the images in onnxruntime. Exits with 1 if a caption has other words.

Made for Python 3.11 with onnx 1.23.2, onnxruntime 1.32.0, numpy 2 and Pillow 12.
"""

import argparse
import json
import os
import re
import subprocess
import sys

import onnx

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "onnx_captions.py")
LINE = re.compile(r"(.+?)  \d+\) (.*) \(p=.*, log (.*)\)$")


def found_captions(model, paths):
    """What onnx_captions.py prints: for each file, its captions and their log-probabilities, best first."""
    output = subprocess.run([sys.executable, SCRIPT, model, *paths], check=True, capture_output=True, text=True).stdout
    captions = {}
    for path, text, logprob in (LINE.match(line).groups() for line in output.splitlines()):
        captions.setdefault(os.path.basename(path), []).append((text, float(logprob)))
    return captions


def main():
    parser = argparse.ArgumentParser(description="Checks an ONNX file that Decant wrote.")
    parser.add_argument("model")
    parser.add_argument("golden", help="captions.json of golden.py")
    parser.add_argument("images", help="the directory of the images")
    options = parser.parse_args()

    onnx.checker.check_model(options.model, full_check=True)
    with open(options.golden, encoding="utf-8") as file:
        run = json.load(file)["runs"][0]
    found = found_captions(options.model, [os.path.join(options.images, image["file"]) for image in run["images"]])
    same, count, largest = 0, 0, 0.0
    for image in run["images"]:
        for expected, (text, logprob) in zip(image["captions"], found[image["file"]], strict=True):
            count += 1
            if text == expected["text"]:
                same += 1
                largest = max(largest, abs(logprob - expected["logprob"]))
            else:
                print("%s: %s\n  TensorFlow: %s" % (image["file"], text, expected["text"]))
    print("%d of %d captions of %d images have TensorFlow's words; their log-probabilities differ by up to %.2g" % (
        same, count, len(run["images"]), largest))
    sys.exit(same < count)


if __name__ == "__main__":
    main()
