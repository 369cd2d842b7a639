"""Captions pictures with an ONNX file of Decant: python onnx_captions.py im2txt.onnx PICTURE..."""
import heapq, json, math, sys
import numpy as np, onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(sys.argv[1])
words = json.loads(session.get_modelmeta().custom_metadata_map["decant.vocabulary"])
start, end = words.index("<S>"), words.index("</S>")
nothing = {i.name: np.zeros([0] + i.shape[1:], np.float32) for i in session.get_inputs()}
nothing["words"] = np.zeros(0, np.int64)

def run(outputs, **inputs): return session.run(outputs, {**nothing, **inputs})

class Caption:
    def __init__(self, ids, state, logprob): self.ids, self.state, self.logprob = ids, state, logprob
    def __lt__(self, other): return self.logprob < other.logprob

def prepare(path):
    pixels = np.asarray(Image.open(path).convert("RGB"), np.float32) * np.float32(1 / 255)
    for axis, extent in (1, pixels.shape[1]), (0, pixels.shape[0]):
        place = np.arange(23, 322, dtype=np.float32) * (np.float32(extent) / np.float32(346))
        low = place.astype(int)
        near, far = pixels.take(low, axis), pixels.take(np.minimum(low + 1, extent - 1), axis)
        pixels = near + (far - near) * np.expand_dims(place - low.astype(np.float32), (1 - axis, 2))
    return (pixels - np.float32(0.5)) * np.float32(2)

def captions(picture, beams=3, length=20):
    state = run(["initial_state"], images=picture[None])[0][0]
    partial, complete = [Caption([start], state, 0.0)], []
    while partial and len(partial[0].ids) < length:
        last, states = np.array([c.ids[-1] for c in partial]), np.array([c.state for c in partial])
        steps = zip(partial, *run(["probabilities", "next_state"], words=last, state=states))
        partial = []
        for caption, probabilities, state in steps:
            for word in np.argsort(-probabilities, kind="stable")[:beams]:
                if probabilities[word] < 1e-12: continue
                logprob = caption.logprob + math.log(probabilities[word])
                heap = complete if word == end else partial
                push = heapq.heappush if len(heap) < beams else heapq.heappushpop
                push(heap, Caption(caption.ids + [word], state, logprob))
    return sorted(complete or partial, reverse=True)

for path in sys.argv[2:]:
    for number, caption in enumerate(captions(prepare(path))):
        text = " ".join(words[i] if i < len(words) else "<UNK>" for i in caption.ids[1:-1])
        print(f"{path}  {number}) {text} (p={math.exp(caption.logprob):.6f}, log {caption.logprob:.9f})")
