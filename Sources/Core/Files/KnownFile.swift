package import Messages

/// A file that other programs keep beside weights or in their place, known by its name.
package struct KnownFile: Sendable, Equatable {
  /// What such a file is to Decant.
  package enum Kind: Sendable, Equatable {
    /// Weights that Decant reads.
    case weights
    /// Weights in a form that Decant does not read.
    case foreignWeights
    /// A list of the files that one model's tensors are spread over.
    case shardIndex
    /// A file without weights: settings, words, descriptions.
    case companion
    /// What a trainer keeps beside the weights to continue: a model only if there is no other.
    case trainingState
  }

  /// A format that Decant reads and that names reveal better than content does.
  package enum Format: Sendable, Equatable {
    case pyTorch, onnx, tfLite, flax, tensorFlowJS, keras, gguf, coreML
  }

  /// What such a file is to Decant.
  package let kind: Kind
  /// The format, if it is one of those.
  package let format: Format?
  /// What it is, as a noun without an article.
  package let title: Message
  /// The plural of the title.
  package let plural: Message
  /// What it is, with its article.
  package var noun: Message {
    let vowel = title.text.first.map { "aeioAEIO".contains($0) } == true
    return "\(vowel ? "an" : "a") \(title)"
  }

  /// What to do so that Decant can read its weights, in sentences; empty if there is nothing to do.
  package let advice: Message

  private init(
    _ kind: Kind, _ title: Message, plural: Message? = nil, _ advice: Message = "", format: Format? = nil
  ) {
    self.kind = kind
    self.format = format
    self.title = title
    self.plural = plural ?? "\(title)s"
    self.advice = advice
  }

  static let torch = KnownFile(.weights, "PyTorch file", format: .pyTorch)
  private static let onnx = KnownFile(.weights, "ONNX model", format: .onnx)
  private static let tfLite = KnownFile(.weights, "TensorFlow Lite model", format: .tfLite)
  private static let flax = KnownFile(
    .weights, "Flax file (msgpack)", plural: "Flax files (msgpack)", format: .flax)
  private static let orbax = KnownFile(
    .foreignWeights, "part of an Orbax checkpoint (JAX)", plural: "parts of an Orbax checkpoint (JAX)",
    orbaxAdvice(directory: "DIR"))

  /// Whether a name is that of a file with which Orbax marks the directory of a checkpoint.
  package static func isOrbaxMark(_ name: String) -> Bool { name == "_METADATA" || name == "manifest.ocdbt" }

  /// What to do so that Decant can read the weights of an Orbax checkpoint, in a sentence.
  package static func orbaxAdvice(directory: String) -> Message {
    "In Python, save it as a Flax file, which Decant reads: open('model.msgpack', 'wb').write(flax.serialization."
      + "msgpack_serialize(orbax.checkpoint.PyTreeCheckpointer().restore(os.path.abspath('\(directory)'))))."
  }
  private static let webModel = KnownFile(.weights, "TensorFlow.js model", format: .tensorFlowJS)
  private static let keras = KnownFile(
    .weights, "Keras archive (.keras)", plural: "Keras archives (.keras)", format: .keras)
  private static let gguf = KnownFile(.weights, "GGUF model", format: .gguf)
  private static let coreML = KnownFile(.weights, "Core ML model", format: .coreML)
  private static let paddle = KnownFile(
    .foreignWeights, "PaddlePaddle file", "Use Paddle to save its arrays with numpy.savez.")
  private static let caffe = KnownFile(
    .foreignWeights, "Caffe model",
    "In Python, save its arrays: net = caffe.Net(PROTOTXT, FILE, caffe.TEST); numpy.savez('model.npz', "
      + "**{f'{name}/{i}': blob.data for name, blobs in net.params.items() for i, blob in enumerate(blobs)}).")
  private static let caffe2 = KnownFile(
    .foreignWeights, "Caffe2 model",
    "In Python, with a release of PyTorch that has Caffe2 (1.8, for example), save its arrays: "
      + "workspace.RunNetOnce(caffe2_pb2.NetDef.FromString(open(FILE, 'rb').read())); numpy.savez('model.npz', "
      + "**{b: workspace.FetchBlob(b) for b in workspace.Blobs()}).")
  private static let luaTorch = KnownFile(
    .foreignWeights, "Lua Torch file",
    "In Python, read it with the package torchfile, and save its arrays with numpy.savez.")
  private static let mxnet = KnownFile(
    .foreignWeights, "parameter file of MXNet", plural: "parameter files of MXNet",
    "In Python, save its arrays: numpy.savez('model.npz', **{k: v.asnumpy() for k, v in mxnet.nd.load(FILE).items()}).")
  private static let darknet = KnownFile(
    .foreignWeights, "Darknet weight file",
    "It has only numbers; the .cfg file beside it says what they are. Convert both to ONNX with a program for Darknet.")
  private static let matlab = KnownFile(
    .foreignWeights, "MATLAB file of before version 7.3", plural: "MATLAB files of before version 7.3",
    "In Python, save its arrays: numpy.savez('model.npz', **{k: v for k, v in scipy.io.loadmat(FILE).items() "
      + "if k[0] != '_'}).")
  private static let equinox = KnownFile(
    .foreignWeights, "Equinox file (JAX)", plural: "Equinox files (JAX)",
    "In Python, load it with equinox.tree_deserialise_leaves, and save its arrays with numpy.savez.")
  private static func compiled(for runtime: Message) -> KnownFile {
    KnownFile(
      .foreignWeights, "model compiled for \(runtime)", plural: "models compiled for \(runtime)",
      "Use the model that it was made from.")
  }
  private static let joblib = KnownFile(
    .foreignWeights, "file of joblib", plural: "files of joblib", joblibAdvice)

  /// What to do so that Decant can read the arrays of a file of joblib, in a sentence.
  package static let joblibAdvice: Message =
    "In Python, save its arrays with numpy.savez, for example numpy.savez('model.npz', **joblib.load(FILE)) if it is a "
    + "dictionary of arrays."
  private static let distributed = KnownFile(
    .foreignWeights, "part of a checkpoint of torch.distributed.checkpoint",
    plural: "parts of a checkpoint of torch.distributed.checkpoint", distributedAdvice(directory: "DIR"))

  /// Whether a name is that of a part of a checkpoint of `torch.distributed.checkpoint`.
  package static func isDistributed(_ name: String) -> Bool { KnownFile(name: name) == distributed }

  /// What to do so that Decant can read the weights of a checkpoint of `torch.distributed.checkpoint`, in a sentence.
  package static func distributedAdvice(directory: String) -> Message {
    "In PyTorch, make one file of it: python -m torch.distributed.checkpoint.format_utils dcp_to_torch \(directory) model.pth"
  }
  private static let trainingState = KnownFile(
    .trainingState, "file of training state", plural: "files of training state", format: .pyTorch)
  private static func archive(_ name: Message) -> KnownFile {
    KnownFile(.foreignWeights, "\(name) archive", "Unpack it first.")
  }
  /// What a model computes, in Keras' JSON; its name may be that of TensorFlow.js's list of weights.
  package static let kerasArchitecture = KnownFile(
    .companion, "Keras model architecture",
    "Its weights are in another file, usually the .h5 beside it; name that.")
  private static let frozen = KnownFile(.weights, "graph (.pb)", plural: "graphs (.pb)")
  private static let tokenizer = KnownFile(.companion, "tokenizer file")
  private static let settings = KnownFile(.companion, "settings file")
  private static let labels = KnownFile(.companion, "list of labels", plural: "lists of labels")

  private static let byEnding: [String: KnownFile] = [
    "h5": KnownFile(.weights, "HDF5 file"), "hdf5": KnownFile(.weights, "HDF5 file"),
    "safetensors": KnownFile(.weights, "safetensors file"), "npz": KnownFile(.weights, "NumPy archive"),
    "npy": KnownFile(.weights, "NumPy array"), "pb": frozen, "graphdef": frozen,
    "keras": keras, "pt": torch, "pth": torch, "pkl": torch, "onnx": onnx, "tflite": tfLite, "lite": tfLite,
    "msgpack": flax,
    "gguf": gguf, "ggml": gguf, "mlmodel": coreML, "pdparams": paddle, "pdiparams": paddle,
    "caffemodel": caffe, "t7": luaTorch, "params": mxnet, "weights": darknet, "mat": matlab, "eqx": equinox,
    "engine": compiled(for: "TensorRT"), "mnn": compiled(for: "MNN"), "pte": compiled(for: "ExecuTorch"),
    "rknn": compiled(for: "Rockchip devices"), "hef": compiled(for: "Hailo devices"),
    "dlc": compiled(for: "Qualcomm devices"),
    "distcp": distributed, "joblib": joblib, "7z": archive("7z"), "rar": archive("RAR"), "lz4": archive("lz4"),
    "lzma": archive("lzma"),
    "lz": archive("lzip"), "cpio": archive("cpio"),
  ]

  private static let byName: [String: KnownFile] = [
    "fingerprint.pb": KnownFile(.companion, "fingerprint of a SavedModel", plural: "fingerprints of SavedModels"),
    "keras_metadata.pb": KnownFile(
      .companion, "description that Keras keeps in a SavedModel", plural: "descriptions that Keras keeps in SavedModels"
    ),
    "tfhub_module.pb": KnownFile(
      .companion, "mark of a TensorFlow Hub module", plural: "marks of TensorFlow Hub modules"),
    "model.json": webModel, "pytorch_model.bin": torch,
    "_METADATA": orbax, "_CHECKPOINT_METADATA": orbax, "manifest.ocdbt": orbax, "_sharding": orbax,
    "config.json": settings, "generation_config.json": settings, "preprocessor_config.json": settings,
    "tokenizer_config.json": settings, "special_tokens_map.json": settings, "bert_config.json": settings,
    "hparams.json": settings, "pipeline.config": settings, "metadata.json": settings,
    "vocab.json": tokenizer, "vocab.bpe": tokenizer, "encoder.json": tokenizer, "merges.txt": tokenizer,
    "tokenizer.json": tokenizer, "tokenizer.model": tokenizer, "sentencepiece.bpe.model": tokenizer,
    "spiece.model": tokenizer, "added_tokens.json": tokenizer, "spiece.vocab": tokenizer,
    "labels.txt": labels, "label.txt": labels, "labelmap.txt": labels, "label_map.txt": labels, "classes.txt": labels,
    "coco.names": labels, "label_map.pbtxt": labels, "labelmap.pbtxt": labels, "imagenet_labels.txt": labels,
    "imagenet_slim_labels.txt": labels,
    "requirements.txt": KnownFile(.companion, "list of Python packages", plural: "lists of Python packages"),
    "projector_config.pbtxt": settings, "config.pbtxt": settings,
  ]

  /// What a file's name shows; nil for a name that shows nothing.
  package init?(name: String) {
    if let known = Self.byName[name] {
      self = known
    } else if name.hasSuffix("init_net.pb") {
      self = Self.caffe2
    } else if name.hasSuffix("predict_net.pb") {
      self.init(.companion, "Caffe2 network", "Its weights are in another file, usually the init_net.pb beside it.")
    } else if Self.isTrainingState(name) {
      self = Self.trainingState
    } else if Self.isShardIndex(name) {
      self.init(.shardIndex, "index of shards", plural: "indexes of shards")
    } else if name.hasSuffix(".bin"),
      ["pytorch_model", "adapter_model", "diffusion_pytorch_model", "consolidated."].contains(where: name.hasPrefix)
    {
      self = Self.torch
    } else if name.hasPrefix("group"), name.contains("-shard"), name.hasSuffix(".bin") || !name.contains(".") {
      self.init(.companion, "weight file of a TensorFlow.js model", plural: "weight files of a TensorFlow.js model")
    } else if name.hasSuffix(".txt") || name.hasSuffix(".pbtxt"), name.lowercased().contains("label") {
      self = Self.labels
    } else if name.hasPrefix("checkpoint_"), name.dropFirst(11).allSatisfy(\.isNumber), name.utf8.count > 11 {
      self = Self.flax
    } else if let dot = name.lastIndex(of: "."), dot != name.startIndex,
      let known = Self.byEnding[name[name.index(after: dot)...].lowercased()]
    {
      self = known
    } else {
      return nil
    }
  }

  /// Whether a name is that of what trainers keep beside a model; of several processes or optimizers, each has a number: `optimizer.pt`,
  /// `rng_state_1.pth`, `random_states_0.pkl`.
  ///
  /// - Source: transformers 5.24, `trainer.py`; accelerate 1.15, `utils/constants.py`; stable-baselines3 2.9,
  ///   `save_util.py` (`policy.optimizer.pth`, `pytorch_variables.pth`).
  private static func isTrainingState(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: "."),
      ["pt", "pth", "bin", "pkl"].contains(name[name.index(after: dot)...])
    else { return false }
    var stem = name[..<dot]
    if let mark = stem.lastIndex(of: "_"), case let digits = stem[stem.index(after: mark)...], !digits.isEmpty,
      digits.allSatisfy({ "0"..."9" ~= $0 })
    {
      stem = stem[..<mark]
    }
    return trainingStems.contains(String(stem)) || stem.hasSuffix(".optimizer") || stem.hasSuffix("_optimizer")
  }

  private static let trainingStems: Set<String> = [
    "optimizer", "scheduler", "scaler", "sampler", "rng_state", "random_states", "dl_state_dict", "custom_checkpoint",
    "training_args", "pytorch_variables",
  ]

  /// Whether a name is that of an index of shards: `model.safetensors.index.json`, `model.safetensors.index.fp16.json` for a
  /// variant of the weights, or `model.weights.json` of Keras.
  private static func isShardIndex(_ name: String) -> Bool {
    guard name.hasSuffix(".json") else { return false }
    return name.hasSuffix(".weights.json")
      || [".safetensors.index.", ".bin.index.", ".h5.index."].contains(where: name.contains)
  }
}
