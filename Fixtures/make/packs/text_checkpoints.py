"""Writes small checkpoints of text models, and the names of the full-size ones, with the original programs.

    python text_checkpoints.py ORIGINALS FIXTURES [PIECE ...]

Interpreter: Python 3.7 with tensorflow 1.15.5, protobuf 3.20, numpy 1.19, sentencepiece, and, without their
dependencies, mesh-tensorflow 0.1.21, gin-config 0.5.0 and future.
ORIGINALS holds these repositories at these commits:

    bert      google-research/bert      f39e881 (2018-12-18, the last one before gelu was approximated)
    albert    google-research/albert    b772393 (2023-04-12)
    electra   google-research/electra   8a46635 (2021-03-31)
    gpt-2     openai/gpt-2              9b63575 (2024-01-26)
    t5        google-research/text-to-text-transfer-transformer  e081111, for its .gin files
    mesh-0.1.9  mesh-tensorflow 0.1.9 (January 2020) from PyPI, `pip install --no-deps --target`

T5's released checkpoints have the names of mesh-tensorflow of their time: `layer_norm` until 2020, as in 0.1.9, then
`rms_norm`, as in 0.1.21.

FIXTURES is Fixtures/packs. Each piece writes checkpoints/PIECE/: the checkpoint and the files that a release of
the program has beside it, and outputs/PIECE.npz: inputs, and what the program computes from them.
The pieces of names write names/VARIANT.tensorflow.txt.gz, one line `name dtype [shape]` for each variable.
Each piece runs in a process of its own, because the programs define the same flags.
"""
import gzip
import json
import os
import subprocess
import sys
import types

import numpy as np

SEED = 20181031
LENGTH = 12
WORDS = "[PAD] [unused0] [UNK] [CLS] [SEP] [MASK] . , a b c d e i n o r s t ##a ##e ##n ##s ##t the cat dog sat " \
        "on mat and in of to is it"


def tensorflow():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import warnings
    warnings.filterwarnings("ignore")
    import tensorflow.compat.v1 as tf
    tf.logging.set_verbosity(tf.logging.ERROR)
    return tf


def program(folder):
    """Makes the modules of a program importable, and its flags known."""
    sys.path.insert(0, os.path.join(ORIGINALS, folder))
    sys.argv = sys.argv[:1]


def directory(piece):
    path = os.path.join(FIXTURES, "checkpoints", piece)
    os.makedirs(path, exist_ok=True)
    return path


def write_text(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def write_json(path, value):
    write_text(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


def randomize(tf, session, variables):
    """Values large enough for a swapped or transposed tensor to show in the outputs."""
    random = np.random.RandomState(SEED)
    for variable in sorted(variables, key=lambda variable: variable.op.name):
        if not variable.dtype.base_dtype.is_floating:
            continue
        shape = variable.shape.as_list()
        name = variable.op.name
        values = random.standard_normal(shape)
        if name.endswith(("gamma", "scale", "/g")):
            values = 1 + 0.2 * values
        elif len(shape) < 2 or "embedding" in name or name.endswith(("wte", "wpe")):
            values = 0.3 * values
        else:
            values = values / np.sqrt(shape[-2])
        variable.load(values.astype(np.float32), session)


def save(tf, session, piece, prefix, inputs, outputs):
    folder = directory(piece)
    saver = tf.train.Saver(tf.global_variables())
    saver.save(session, os.path.join(folder, prefix), write_meta_graph=False, write_state=False)
    values = dict(inputs)
    values.update(session.run(outputs))
    target = os.path.join(FIXTURES, "outputs")
    os.makedirs(target, exist_ok=True)
    np.savez(os.path.join(target, piece + ".npz"), **values)


def write_names(variant, variables):
    """`variables`: names, dtypes and shapes."""
    kinds = {"float32": "f32", "int64": "i64", "int32": "i32"}
    lines = sorted("%s %s [%s]\n" % (name, kinds[dtype], ",".join(map(str, shape))) for name, dtype, shape in variables)
    target = os.path.join(FIXTURES, "names")
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(target, variant + ".tensorflow.txt.gz"), "wb") as file:
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write("".join(lines).encode())
    print(variant, len(lines), "variables")


def graph_variables(tf):
    return [(v.op.name, v.dtype.base_dtype.name, v.shape.as_list()) for v in tf.global_variables()]


def sentence(vocabulary, count=2):
    """Word numbers, a mask that hides the end of the second sentence, and segments."""
    random = np.random.RandomState(7)
    ids = random.randint(6, vocabulary, [count, LENGTH]).astype(np.int32)
    mask = np.ones([count, LENGTH], np.int32)
    mask[1:, LENGTH - 4:] = 0
    segments = np.zeros([count, LENGTH], np.int32)
    segments[:, LENGTH // 2:] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}


BERT = {"attention_probs_dropout_prob": 0.1, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 16,
        "initializer_range": 0.02, "intermediate_size": 48, "max_position_embeddings": 20, "num_attention_heads": 2,
        "num_hidden_layers": 2, "type_vocab_size": 2, "vocab_size": len(WORDS.split())}
BERT_BASE = dict(BERT, hidden_size=768, intermediate_size=3072, max_position_embeddings=512, num_attention_heads=12,
                 num_hidden_layers=12, vocab_size=30522)


def bert_pretraining(tf, configuration, inputs, is_training=False):
    """The network of run_pretraining.py: its model, and the losses and outputs of its two heads."""
    import modeling
    import run_pretraining
    config = modeling.BertConfig.from_dict(configuration)
    constants = {name: tf.constant(value) for name, value in inputs.items()}
    model = modeling.BertModel(config, is_training, constants["input_ids"], constants["attention_mask"],
                               constants["token_type_ids"], use_one_hot_embeddings=False, scope="bert")
    count = inputs["input_ids"].shape[0]
    positions = tf.constant(np.tile(np.arange(LENGTH, dtype=np.int32), [count, 1]))
    labels = constants["input_ids"]
    masked = run_pretraining.get_masked_lm_output(
        config, model.get_sequence_output(), model.get_embedding_table(), positions, labels,
        tf.ones([count, LENGTH]))
    following = run_pretraining.get_next_sentence_output(
        config, model.get_pooled_output(), tf.constant([0, 1][:count]))
    outputs = {"hidden": model.get_sequence_output(), "pooled": model.get_pooled_output(),
               "mlm_log_probabilities": tf.reshape(masked[2], [count, LENGTH, -1]),
               "nsp_log_probabilities": following[2]}
    return masked[0] + following[0], outputs


def bert_files(piece):
    folder = directory(piece)
    write_json(os.path.join(folder, "bert_config.json"), BERT)
    write_text(os.path.join(folder, "vocab.txt"), "\n".join(WORDS.split()) + "\n")


def bert():
    program("bert")
    tf = tensorflow()
    inputs = sentence(BERT["vocab_size"])
    _, outputs = bert_pretraining(tf, BERT, inputs)
    with tf.Session() as session:
        randomize(tf, session, tf.global_variables())
        save(tf, session, "bert", "bert_model.ckpt", inputs, outputs)
    bert_files("bert")


def bert_training():
    """A checkpoint in the middle of training: steps, and Adam's slots."""
    program("bert")
    tf = tensorflow()
    import optimization
    inputs = sentence(BERT["vocab_size"])
    loss, _ = bert_pretraining(tf, dict(BERT, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0), inputs, True)
    weights = tf.trainable_variables()
    train = optimization.create_optimizer(loss, 1e-3, 100, 10, False)
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        _, outputs = bert_pretraining(tf, BERT, inputs)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        randomize(tf, session, weights)
        for _ in range(3):
            session.run(train)
        save(tf, session, "bert-training", "model.ckpt-3", inputs, outputs)
    bert_files("bert-training")


def bert_classifier():
    program("bert")
    tf = tensorflow()
    import modeling
    import run_classifier
    inputs = sentence(BERT["vocab_size"])
    constants = {name: tf.constant(value) for name, value in inputs.items()}
    _, _, logits, _ = run_classifier.create_model(
        modeling.BertConfig.from_dict(BERT), False, constants["input_ids"], constants["attention_mask"],
        constants["token_type_ids"], tf.constant([0, 2]), 3, False)
    with tf.Session() as session:
        randomize(tf, session, tf.global_variables())
        save(tf, session, "bert-classifier", "model.ckpt-343", inputs, {"logits": logits})
    bert_files("bert-classifier")


def bert_squad():
    program("bert")
    tf = tensorflow()
    import modeling
    import run_squad
    inputs = sentence(BERT["vocab_size"])
    constants = {name: tf.constant(value) for name, value in inputs.items()}
    start, end = run_squad.create_model(
        modeling.BertConfig.from_dict(BERT), False, constants["input_ids"], constants["attention_mask"],
        constants["token_type_ids"], False)
    with tf.Session() as session:
        randomize(tf, session, tf.global_variables())
        save(tf, session, "bert-squad", "model.ckpt-14599", inputs, {"start_logits": start, "end_logits": end})
    bert_files("bert-squad")


def names_bert():
    program("bert")
    tf = tensorflow()
    bert_pretraining(tf, BERT_BASE, sentence(30))
    write_names("bert_base", graph_variables(tf))


SENTENCES = ["the cat sat on the mat", "a dog sat in the sun and it is late", "cats and dogs eat rice", "one two three"]


def sentencepiece_model(path, size, **options):
    """Trains in a process of its own: next to TensorFlow 1.15, sentencepiece crashes."""
    options.update(vocab_size=size, hard_vocab_limit=False, normalization_rule_name="identity", num_threads=1,
                   minloglevel=2)
    code = ("import io, json, sentencepiece, sys; model = io.BytesIO(); "
            "sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(json.loads(sys.argv[2]) * 20), "
            "model_writer=model, **json.loads(sys.argv[3])); open(sys.argv[1], 'wb').write(model.getvalue())")
    subprocess.check_call([sys.executable, "-c", code, path, json.dumps(SENTENCES), json.dumps(options)])


ALBERT = {"attention_probs_dropout_prob": 0, "hidden_act": "gelu", "hidden_dropout_prob": 0, "embedding_size": 8,
          "hidden_size": 16, "initializer_range": 0.02, "intermediate_size": 48, "max_position_embeddings": 20,
          "num_attention_heads": 2, "num_hidden_layers": 3, "num_hidden_groups": 1, "net_structure_type": 0,
          "gap_size": 0, "num_memory_blocks": 0, "inner_group_num": 1, "down_scale_factor": 1, "type_vocab_size": 2,
          "vocab_size": 48}
ALBERT_BASE = dict(ALBERT, embedding_size=128, hidden_size=768, intermediate_size=3072, max_position_embeddings=512,
                   num_attention_heads=12, num_hidden_layers=12, vocab_size=30000)


def albert_pretraining(tf, configuration, inputs):
    import modeling
    import run_pretraining
    config = modeling.AlbertConfig.from_dict(configuration)
    constants = {name: tf.constant(value) for name, value in inputs.items()}
    model = modeling.AlbertModel(config, False, constants["input_ids"], constants["attention_mask"],
                                 constants["token_type_ids"], use_one_hot_embeddings=False)
    count = inputs["input_ids"].shape[0]
    positions = tf.constant(np.tile(np.arange(LENGTH, dtype=np.int32), [count, 1]))
    masked = run_pretraining.get_masked_lm_output(
        config, model.get_sequence_output(), model.get_embedding_table(), positions, constants["input_ids"],
        tf.ones([count, LENGTH]))
    order = run_pretraining.get_sentence_order_output(config, model.get_pooled_output(), tf.constant([0, 1]))
    return {"hidden": model.get_sequence_output(), "pooled": model.get_pooled_output(),
            "mlm_log_probabilities": tf.reshape(masked[2], [count, LENGTH, -1]), "sop_log_probabilities": order[2]}


def albert_program():
    """The program says `from albert import modeling` in some files and is a package: both must work."""
    program("")
    program("albert")
    tf = tensorflow()
    package = types.ModuleType("albert")
    package.__path__ = [os.path.join(ORIGINALS, "albert")]
    sys.modules["albert"] = package
    return tf


def albert():
    tf = albert_program()
    inputs = sentence(ALBERT["vocab_size"])
    outputs = albert_pretraining(tf, ALBERT, inputs)
    with tf.Session() as session:
        randomize(tf, session, tf.global_variables())
        save(tf, session, "albert", "model.ckpt-best", inputs, outputs)
    write_json(os.path.join(directory("albert"), "albert_config.json"), ALBERT)
    sentencepiece_model(
        os.path.join(directory("albert"), "30k-clean.model"), ALBERT["vocab_size"], pad_id=0, unk_id=1, bos_id=-1,
        eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"])


def names_albert():
    tf = albert_program()
    albert_pretraining(tf, ALBERT_BASE, sentence(40))
    write_names("albert_base", graph_variables(tf))


def electra_model(tf, overrides, inputs):
    """The network of run_pretraining.py: generator and discriminator, made as its PretrainingModel makes them.

    The discriminator sees the inputs themselves here, not what the generator puts in their place, so that outputs
    depend on no random number.
    """
    import configure_pretraining
    import run_pretraining
    from pretrain import pretrain_data
    config = configure_pretraining.PretrainingConfig("small", "", model_size="small", **overrides)
    constants = {name: tf.constant(value) for name, value in inputs.items()}
    count = inputs["input_ids"].shape[0]
    features = {
        "input_ids": constants["input_ids"], "input_mask": constants["attention_mask"],
        "segment_ids": constants["token_type_ids"],
        "masked_lm_positions": tf.constant(np.tile(np.arange(LENGTH, dtype=np.int32), [count, 1])),
        "masked_lm_ids": constants["input_ids"], "masked_lm_weights": tf.ones([count, LENGTH])}
    # Masking draws positions at random; here all are asked for, and none is hidden.
    run_pretraining.pretrain_helpers.mask = lambda config, inputs, *rest, **options: inputs
    given = pretrain_data.features_to_inputs(features)
    run_pretraining.pretrain_data.features_to_inputs = lambda features: given
    run_pretraining.PretrainingModel._get_fake_data = lambda self, inputs, logits: types.SimpleNamespace(
        inputs=inputs, is_fake_tokens=tf.zeros_like(inputs.input_ids), sampled_tokens=tf.one_hot(
            inputs.input_ids, self._bert_config.vocab_size))
    seen = {}
    original = run_pretraining.PretrainingModel._get_discriminator_output

    def remember(self, inputs, discriminator, labels, cloze_output=None):
        seen["hidden"] = discriminator.get_sequence_output()
        result = original(self, inputs, discriminator, labels, cloze_output)
        seen["probabilities"] = result.probs
        return result
    run_pretraining.PretrainingModel._get_discriminator_output = remember
    masked = run_pretraining.PretrainingModel._get_masked_lm_output

    def remember_masked(self, inputs, model):
        result = masked(self, inputs, model)
        seen["generator_logits"] = result.logits
        return result
    run_pretraining.PretrainingModel._get_masked_lm_output = remember_masked
    run_pretraining.PretrainingModel(config, features, is_training=False)
    return seen


def electra():
    program("electra")
    tf = tensorflow()
    words = WORDS.split()
    inputs = sentence(len(words))
    outputs = electra_model(tf, {
        "vocab_size": len(words), "embedding_size": 16, "max_seq_length": LENGTH,
        "model_hparam_overrides": {"hidden_size": 32, "num_hidden_layers": 2, "max_position_embeddings": 20}}, inputs)
    with tf.Session() as session:
        tf.train.get_or_create_global_step().load(1000, session)
        randomize(tf, session, tf.trainable_variables())
        save(tf, session, "electra", "electra_tiny", inputs, outputs)
    write_text(os.path.join(directory("electra"), "vocab.txt"), "\n".join(words) + "\n")


def names_electra():
    program("electra")
    tf = tensorflow()
    electra_model(tf, {"vocab_size": 30522}, sentence(40))
    tf.train.get_or_create_global_step()
    write_names("electra_small", graph_variables(tf))


def bytes_to_unicode():
    """The printable characters that stand for the 256 bytes, as in GPT-2's encoder.json."""
    shown = list(range(ord("!"), ord("~") + 1)) + list(range(0xa1, 0xad)) + list(range(0xae, 0x100))
    extra = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) for byte in shown] + [chr(256 + number) for number in range(len(extra))]


def gpt2_model(tf, configuration, tokens):
    program("gpt-2/src")
    import model
    hparams = model.default_hparams()
    hparams.override_from_dict(configuration)
    return model.model(hparams, tf.constant(tokens))["logits"]


MERGES = ["t h", "th e", "Ġ the", "c a", "ca t", "Ġ cat"]


def gpt2():
    tf = tensorflow()
    symbols = bytes_to_unicode()
    symbols += ["".join(merge.split()) for merge in MERGES] + ["<|endoftext|>"]
    configuration = {"n_vocab": len(symbols), "n_ctx": 20, "n_embd": 16, "n_head": 2, "n_layer": 2}
    tokens = np.random.RandomState(7).randint(0, len(symbols), [2, LENGTH]).astype(np.int32)
    logits = gpt2_model(tf, configuration, tokens)
    with tf.Session() as session:
        randomize(tf, session, tf.global_variables())
        save(tf, session, "gpt2", "model.ckpt", {"input_ids": tokens}, {"logits": logits})
    folder = directory("gpt2")
    write_json(os.path.join(folder, "hparams.json"), configuration)
    write_text(os.path.join(folder, "encoder.json"), json.dumps({name: i for i, name in enumerate(symbols)}) + "\n")
    write_text(os.path.join(folder, "vocab.bpe"), "#version: 0.2\n" + "\n".join(MERGES) + "\n")


def names_gpt2():
    tf = tensorflow()
    gpt2_model(tf, {"n_vocab": 50257}, np.zeros([1, 4], np.int32))
    write_names("gpt2", graph_variables(tf))


def t5_model(tf, size, vocabulary, bindings, inputs, train=False, old=False):
    """The network of a .gin file; returns its logits, its variables, and what fills the copies they compute with."""
    # Data sets are not needed, and neither is the package that reads them.
    sys.modules["tensorflow_datasets"] = types.ModuleType("tensorflow_datasets")
    if old:
        program("mesh-0.1.9")
    import gin
    import mesh_tensorflow as mtf
    from mesh_tensorflow.transformer import learning_rate_schedules, transformer_layers, utils  # noqa: F401
    gin.add_config_file_search_path(os.path.join(os.path.dirname(mtf.__file__), "transformer", "gin"))
    gin.add_config_file_search_path(os.path.join(ORIGINALS, "t5", "t5", "models", "gin"))
    gin.parse_config_files_and_bindings(["defaults.gin", "models/%s.gin" % size], bindings, skip_unknown=True)
    model = utils.build_model("bitransformer", vocabulary, vocabulary, "", "all:1")
    graph = mtf.Graph()
    mesh = mtf.Mesh(graph, "mesh")
    shape = mtf.Shape([mtf.Dimension("batch", inputs["input_ids"].shape[0]), mtf.Dimension("length", LENGTH)])
    given = mtf.import_tf_tensor(mesh, tf.constant(inputs["input_ids"]), shape=shape)
    targets = mtf.import_tf_tensor(mesh, tf.constant(inputs["labels"]), shape=shape)
    # 0.1.21 takes 0 for padding by itself; the data sets of 0.1.9 always say which words belong together.
    logits, loss = model.call_simple(
        given, targets, compute_loss=train, mode="train" if train else "eval",
        encoder_sequence_id=mtf.minimum(given, 1), decoder_sequence_id=mtf.minimum(targets, 1))
    updates = []
    if train:
        gradients = mtf.gradients([loss], [v.outputs[0] for v in graph.trainable_variables])
        optimizer = mtf.optimize.AdafactorOptimizer(learning_rate=1e-2, min_dim_size_to_factor=16)
        updates = optimizer.apply_grads(gradients, graph.trainable_variables)
    placement = mtf.placement_mesh_impl.PlacementMeshImpl([], [], [""])
    lowering = mtf.Lowering(graph, {mesh: placement})
    train_op = tf.group([lowering.lowered_operation(update) for update in updates])
    return lowering.export_to_tf_tensor(logits), graph, lowering, train_op


def t5_small(piece, size, inputs_size, train=False, old=False):
    tf = tensorflow()
    random = np.random.RandomState(7)
    inputs = {name: random.randint(2, 60, [2, LENGTH]).astype(np.int32) for name in ["input_ids", "labels"]}
    inputs["input_ids"][1, LENGTH - 4:] = 0
    bindings = ["d_model = 16", "d_ff = 32", "d_kv = 4", "num_heads = 2", "num_layers = 2"]
    with tf.Graph().as_default():
        logits, graph, lowering, train_op = t5_model(tf, size, inputs_size, bindings, inputs, train, old)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            copies = lowering.copy_masters_to_slices()
            weights = [v for v in tf.global_variables() if v.op.name in {w.name for w in graph.trainable_variables}]
            randomize(tf, session, weights)
            step = tf.train.get_or_create_global_step()
            step.load(1000, session)
            session.run(copies)
            if train:
                session.run(train_op)
                session.run(lowering.copy_slices_to_masters())
                # With dropout in the network, outputs would be random: the checkpoint shows names and slots only.
            # The copies that the network computes with are not saved by the program either.
            names = {v.name for v in graph.all_variables}
            saved = [v for v in tf.global_variables() if v.op.name in names] + [step]
            folder = directory(piece)
            tf.train.Saver(saved).save(
                session, os.path.join(folder, "model.ckpt-1000"), write_meta_graph=False, write_state=False)
            if not train:
                values = dict(inputs, logits=session.run(logits))
                os.makedirs(os.path.join(FIXTURES, "outputs"), exist_ok=True)
                np.savez(os.path.join(FIXTURES, "outputs", piece + ".npz"), **values)
    sentencepiece_model(
        os.path.join(folder, "sentencepiece.model"), 40, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)


def t5():
    # 40 pieces and 100 extra ids, rounded up to a multiple of 128 by the program.
    t5_small("t5", "t5.1.0.small", 140, old=True)


def t5_training():
    t5_small("t5-training", "t5.1.0.small", 140, train=True)


def t5_v1_1():
    t5_small("t5-v1.1", "t5.1.1.small", 140)


def names_t5(size="t5.1.0.small", variant="t5_small", old=True):
    tf = tensorflow()
    inputs = {name: np.ones([1, LENGTH], np.int32) for name in ["input_ids", "labels"]}
    with tf.Graph().as_default():
        _, graph, _, _ = t5_model(tf, size, 32100, [], inputs, old=old)
        write_names(variant, [(v.name, v.master_dtype.name, [d.size for d in v.shape.dims]) for v in graph.all_variables])


def names_t5_v1_1():
    names_t5("t5.1.1.small", "t5_v1_1_small", old=False)


PIECES = [bert, bert_training, bert_classifier, bert_squad, albert, electra, gpt2, t5, t5_training, t5_v1_1,
          names_bert, names_albert, names_electra, names_gpt2, names_t5, names_t5_v1_1]

if __name__ == "__main__":
    ORIGINALS, FIXTURES = map(os.path.abspath, sys.argv[1:3])
    chosen = sys.argv[3:]
    if len(chosen) == 1:
        [piece] = [piece for piece in PIECES if piece.__name__ == chosen[0]]
        piece()
    else:
        for name in chosen or [piece.__name__ for piece in PIECES]:
            subprocess.check_call([sys.executable, "-W", "ignore", __file__, ORIGINALS, FIXTURES, name])
