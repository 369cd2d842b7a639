#!/usr/bin/env python3
"""Makes the checkpoints under Fixtures/renaming with TensorFlow 2: small models of GPT-2's and BERT's variable names and shapes.

usage: models.py ../../renaming

gpt2/model.ckpt   names of OpenAI's model.py, kernels [1, in, out]; logits.json has the logits of five tokens, computed by TensorFlow as
                  model.py computes them.
bert/model.ckpt   names of google-research/bert's modeling.py with the slots of its optimizer; encoded.json has the encoder's output of
                  five tokens, computed by TensorFlow as modeling.py computes it.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

OUT = sys.argv[1]
WIDTH, HEADS, WORDS, POSITIONS, LAYERS = 8, 2, 12, 6, 2
IDS = [3, 1, 4, 1, 5]
random = np.random.default_rng(14)


def values(shapes):
    return {name: (random.standard_normal(shape) * 0.2).astype("f4") for name, shape in shapes.items()}


def save(folder, variables):
    os.makedirs(f"{OUT}/{folder}", exist_ok=True)
    names = sorted(variables)
    tf.raw_ops.SaveV2(
        prefix=f"{OUT}/{folder}/model.ckpt",
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[variables[name] for name in names],
    )


def write(path, array):
    with open(f"{OUT}/{path}", "w") as file:
        json.dump([[float(x) for x in row] for row in np.asarray(array)], file)
        file.write("\n")


def norm(x, gamma, beta, epsilon):
    mean = tf.reduce_mean(x, -1, keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), -1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + epsilon) * gamma + beta


def heads(x):
    return tf.transpose(tf.reshape(x, [len(IDS), HEADS, WIDTH // HEADS]), [1, 0, 2])


def attend(q, k, v, mask=None):
    weights = tf.matmul(heads(q), heads(k), transpose_b=True) / np.sqrt(WIDTH / HEADS)
    if mask is not None:
        weights = weights * mask - 1e10 * (1 - mask)
    result = tf.matmul(tf.nn.softmax(weights), heads(v))
    return tf.reshape(tf.transpose(result, [1, 0, 2]), [len(IDS), WIDTH])


def gpt2():
    shapes = {"model/wte": (WORDS, WIDTH), "model/wpe": (POSITIONS, WIDTH)}
    for layer in range(LAYERS):
        scope = f"model/h{layer}"
        for name in ("ln_1", "ln_2"):
            shapes[f"{scope}/{name}/g"] = shapes[f"{scope}/{name}/b"] = (WIDTH,)
        for name, rows, columns in (("attn/c_attn", 1, 3), ("attn/c_proj", 1, 1), ("mlp/c_fc", 1, 4), ("mlp/c_proj", 4, 1)):
            shapes[f"{scope}/{name}/w"] = (1, rows * WIDTH, columns * WIDTH)
            shapes[f"{scope}/{name}/b"] = (columns * WIDTH,)
    shapes["model/ln_f/g"] = shapes["model/ln_f/b"] = (WIDTH,)
    v = values(shapes)

    def conv1d(x, name):
        return tf.matmul(x, v[name + "/w"][0]) + v[name + "/b"]

    def gelu(x):
        return 0.5 * x * (1 + tf.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * tf.pow(x, 3))))

    mask = np.tril(np.ones((len(IDS), len(IDS)), "f4"))
    x = tf.constant(v["model/wte"][IDS] + v["model/wpe"][: len(IDS)])
    for layer in range(LAYERS):
        scope = f"model/h{layer}"
        h = norm(x, v[f"{scope}/ln_1/g"], v[f"{scope}/ln_1/b"], 1e-5)
        x += conv1d(attend(*tf.split(conv1d(h, f"{scope}/attn/c_attn"), 3, -1), mask), f"{scope}/attn/c_proj")
        h = norm(x, v[f"{scope}/ln_2/g"], v[f"{scope}/ln_2/b"], 1e-5)
        x += conv1d(gelu(conv1d(h, f"{scope}/mlp/c_fc")), f"{scope}/mlp/c_proj")
    x = norm(x, v["model/ln_f/g"], v["model/ln_f/b"], 1e-5)
    save("gpt2", v)
    write("gpt2/logits.json", tf.matmul(x, v["model/wte"], transpose_b=True))


def bert():
    base = "bert/"
    shapes = {
        base + "embeddings/word_embeddings": (WORDS, WIDTH),
        base + "embeddings/position_embeddings": (POSITIONS, WIDTH),
        base + "embeddings/token_type_embeddings": (2, WIDTH),
    }

    def dense(name, rows, columns):
        shapes[name + "/kernel"], shapes[name + "/bias"] = (rows, columns), (columns,)

    def layer_norm(name):
        shapes[name + "/LayerNorm/gamma"] = shapes[name + "/LayerNorm/beta"] = (WIDTH,)

    layer_norm(base + "embeddings")
    for layer in range(LAYERS):
        scope = f"{base}encoder/layer_{layer}/"
        for name in ("query", "key", "value"):
            dense(scope + "attention/self/" + name, WIDTH, WIDTH)
        dense(scope + "attention/output/dense", WIDTH, WIDTH)
        layer_norm(scope + "attention/output")
        dense(scope + "intermediate/dense", WIDTH, 2 * WIDTH)
        dense(scope + "output/dense", 2 * WIDTH, WIDTH)
        layer_norm(scope + "output")
    dense(base + "pooler/dense", WIDTH, WIDTH)
    v = values(shapes)

    def apply(x, name):
        return tf.matmul(x, v[name + "/kernel"]) + v[name + "/bias"]

    def normed(x, name):
        return norm(x, v[name + "/LayerNorm/gamma"], v[name + "/LayerNorm/beta"], 1e-12)

    def gelu(x):
        return 0.5 * x * (1 + tf.math.erf(x / np.sqrt(2.0)))

    tokens, places, kinds = (v[base + f"embeddings/{name}_embeddings"] for name in ("word", "position", "token_type"))
    x = normed(tf.constant(tokens[IDS] + places[: len(IDS)] + kinds[[0] * len(IDS)]), base + "embeddings")
    for layer in range(LAYERS):
        scope = f"{base}encoder/layer_{layer}/"
        attended = attend(*(apply(x, scope + "attention/self/" + name) for name in ("query", "key", "value")))
        x = normed(apply(attended, scope + "attention/output/dense") + x, scope + "attention/output")
        x = normed(
            apply(gelu(apply(x, scope + "intermediate/dense")), scope + "output/dense") + x, scope + "output")
    for name in list(v):
        v[name + "/adam_m"] = v[name + "/adam_v"] = np.zeros(v[name].shape, "f4")
    v["global_step"] = np.int64(5)
    save("bert", v)
    write("bert/encoded.json", x)


gpt2()
bert()
