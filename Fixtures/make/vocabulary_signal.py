"""Measures what training leaves in the weights about the words: the figures of the module Diagnosis.

Trains the decoder of im2txt (word embedding, LSTM, logits; all from uniform +-0.08) by plain SGD at 2.0 with gradients
clipped at 5 on made-up captions: words have the frequencies of a word_counts.txt, and follow each other by a Markov chain
over 24 classes. Prints, for each stage, where `<S>`, `</S>` and the end of the words show. About 150 seconds of one core.

    python3 vocabulary_signal.py word_counts.txt

Needs torch and numpy.
"""

import argparse

import numpy
import torch

WORDS, ROWS, DEPTH, CLASSES = 3000, 3200, 64, 24
STAGES = (500, 2000, 5000, 9000)


def read_counts(path):
    rows = [line.split() for line in open(path, encoding="utf-8")][:]
    words, counts = [r[0] for r in rows], [int(r[1]) for r in rows]
    return words[:WORDS], numpy.array(counts[:WORDS], float), sum(counts[WORDS:])


def rank(values):
    order = numpy.argsort(values, kind="stable")
    ranks = numpy.empty(len(values))
    ranks[order] = numpy.arange(len(values))
    return ranks


def report(step, embedding, columns, biases, counts, start, end):
    largest = numpy.abs(embedding).max(1)
    initial = largest <= 0.0801
    unused = len(biases)
    while unused > 0 and initial[unused - 1]:
        unused -= 1
    mean = columns[:, unused:].mean(1)
    cosine = (columns.T @ mean) / numpy.linalg.norm(columns, axis=0) / numpy.linalg.norm(mean)
    others = [i for i in range(WORDS) if i not in (start, end)]
    ends = [i for i in range(100) if initial[i]]
    starts = [i for i in range(100) if not initial[i] and cosine[i] >= cosine[unused:].min() - 0.05]
    best = max(starts, key=lambda i: cosine[i]) if starts else None
    passing = sum(
        (e in ends and s not in ends) and (best is None or best == s)
        for s in range(100) for e in range(100) if s != e)
    correlation = numpy.corrcoef(rank(biases[others]), rank(numpy.log(counts[others])))[0, 1]
    print("%5d steps: unused rows from %d; never an input among the first 100: %s; never to be predicted: %s" %
          (step, unused, ends, best))
    print("      largest magnitude: <S> %.3f, </S> %.3f, unused %.3f" %
          (largest[start], largest[end], largest[unused:].max()))
    print("      cosine with unused columns: unused %.3f to %.3f, <S> %.3f, </S> %.3f, words median %.2f, most %.2f" %
          (cosine[unused:].min(), cosine[unused:].max(), cosine[start], cosine[end],
           numpy.median(cosine[others]), cosine[others].max()))
    print("      bias: <S> %.2f, </S> %.2f; rank correlation with counts %.2f; pairs that pass for <S> and </S>: %d of 9900" %
          (biases[start], biases[end], correlation, passing), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vocabulary")
    words, counts, tail = read_counts(parser.parse_args().vocabulary)
    start, end = words.index("<S>"), words.index("</S>")
    torch.manual_seed(1)
    torch.set_num_threads(1)
    random = numpy.random.default_rng(1)
    classes = random.integers(0, CLASSES, WORDS)
    chain = random.dirichlet(numpy.ones(CLASSES) * 0.15, CLASSES)
    # <UNK> is the row behind the words, and has what the rarer words had.
    mass = counts.copy()
    mass[[start, end]] = 0
    mass, classes = numpy.append(mass, tail), numpy.append(classes, 0)
    members = [numpy.where(classes == k)[0] for k in range(CLASSES)]
    shares = [mass[m] / mass[m].sum() for m in members]
    overall = numpy.array([mass[m].sum() for m in members])
    chain = 0.5 * chain + 0.5 * overall / overall.sum()

    uniform = lambda *shape: torch.nn.Parameter(torch.empty(*shape).uniform_(-0.08, 0.08))
    embedding = uniform(ROWS, DEPTH)
    lstm = torch.nn.LSTM(DEPTH, DEPTH, batch_first=True)
    for parameter in lstm.parameters():
        torch.nn.init.uniform_(parameter, -0.08, 0.08)
    columns, biases, images = uniform(DEPTH, ROWS), torch.nn.Parameter(torch.zeros(ROWS)), uniform(CLASSES, DEPTH)
    parameters = [embedding, columns, biases, images] + list(lstm.parameters())

    def captions(count, length=11):
        first = random.integers(0, CLASSES, count)
        ids = numpy.zeros((count, length + 2), int)
        ids[:, 0] = start
        current = first.copy()
        for position in range(1, length + 1):
            current = numpy.array([random.choice(CLASSES, p=chain[k]) for k in current])
            ids[:, position] = [random.choice(members[k], p=shares[k]) for k in current]
        ids[:, length + 1] = end
        return torch.tensor(first), torch.tensor(ids)

    pool = [captions(512) for _ in range(24)]
    rate = 2.0
    for step in range(1, STAGES[-1] + 1):
        first, ids = pool[random.integers(len(pool))]
        chosen = random.integers(0, 512, 32)
        first, ids = first[chosen], ids[chosen]
        states, _ = lstm(torch.cat([images[first][:, None], embedding[ids[:, :-1]]], 1))
        loss = torch.nn.functional.cross_entropy(
            (states[:, 1:] @ columns + biases).reshape(-1, ROWS), ids[:, 1:].reshape(-1))
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        with torch.no_grad():
            for parameter in parameters:
                parameter -= rate * parameter.grad
        if step in STAGES:
            rate *= 0.7
            report(step, embedding.detach().numpy(), columns.detach().numpy(), biases.detach().numpy(), counts, start, end)


if __name__ == "__main__":
    main()
