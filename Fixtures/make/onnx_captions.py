"""Captions pictures with an ONNX file of Decant: python onnx_captions.py im2txt.onnx PICTURE... (numpy, Pillow, onnxruntime)"""
import heapq, json, math, sys
import numpy as np, onnxruntime
from PIL import Image
session = onnxruntime.InferenceSession(sys.argv[1])
words = json.loads(session.get_modelmeta().custom_metadata_map["decant.vocabulary"])
nothing = {i.name: np.zeros([0] + i.shape[1:], np.int64 if "int64" in i.type else np.float32) for i in session.get_inputs()}
options = onnxruntime.RunOptions()
options.only_execute_path_to_fetches = True  # a step of the decoder need not run the encoder

class Caption:
    def __init__(self, ids, state, logprob): self.ids, self.state, self.logprob = ids, state, logprob
    def __lt__(self, other): return self.logprob < other.logprob  # heaps and results are in the order of scores alone

def prepare(path):  # to [0, 1], bilinear to 346 x 346 from corner to corner, the middle 299 x 299, to [-1, 1]
    pixels = np.asarray(Image.open(path).convert("RGB"), np.float32) * np.float32(1 / 255)
    for axis in (1, 0):
        place = np.arange(23, 322, dtype=np.float32) * (np.float32(pixels.shape[axis]) / np.float32(346))
        low = place.astype(int)
        from_, to = (pixels.take(np.minimum(i, pixels.shape[axis] - 1), axis) for i in (low, low + 1))
        pixels = from_ + (to - from_) * np.expand_dims(place - low.astype(np.float32), (1 - axis, 2))
    return (pixels - np.float32(0.5)) * np.float32(2)

def search(picture, beams=3, length=20):
    state = session.run(["initial_state"], {**nothing, "images": picture[None]}, options)[0][0]
    partial, complete = [Caption([words.index("<S>")], state, 0.0)], []
    while partial and len(partial[0].ids) < length:
        feeds = {**nothing, "words": np.array([c.ids[-1] for c in partial]), "state": np.array([c.state for c in partial])}
        rows, partial = zip(partial, *session.run(["probabilities", "next_state"], feeds, options)), []
        for caption, probabilities, state in rows:
            for word in np.argsort(-probabilities, kind="stable")[:beams]:
                longer = Caption(caption.ids + [word], state, caption.logprob + math.log(max(probabilities[word], 1e-300)))
                heap = complete if words[word:word + 1] == ["</S>"] else partial
                if probabilities[word] >= 1e-12: (heapq.heappush if len(heap) < beams else heapq.heappushpop)(heap, longer)
    return sorted(complete or partial, reverse=True)

for path in sys.argv[2:]:
    for index, caption in enumerate(search(prepare(path))):
        text = " ".join(words[i] if i < len(words) else "<UNK>" for i in caption.ids[1:-1])
        print("%s  %d) %s (p=%f, log %.9f)" % (path.split("/")[-1], index, text, math.exp(caption.logprob), caption.logprob))
