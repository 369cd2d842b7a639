internal import Tensors

/// Where the tensors of the decoder are in a source, whatever era named them.
struct DecoderNames {
  var wordEmbedding: TensorDescriptor
  var lstmKernel: TensorDescriptor
  var lstmBias: TensorDescriptor
  var logitsWeights: TensorDescriptor
  var logitsBias: TensorDescriptor

  /// The LSTM's variables in TensorFlow 1.2 and later, in 1.0 and 1.1, and before.
  static let lstmKernelNames = [
    "lstm/basic_lstm_cell/kernel", "lstm/basic_lstm_cell/weights", "lstm/BasicLSTMCell/Linear/Matrix",
  ]
  static let lstmBiasNames = [
    "lstm/basic_lstm_cell/bias", "lstm/basic_lstm_cell/biases", "lstm/BasicLSTMCell/Linear/Bias",
  ]

  /// Looks all of them up.
  ///
  /// - Parameter find: finds the tensor that has one of several names, and keeps a list of those that are missing.
  init(_ find: ([String]) -> TensorDescriptor) {
    wordEmbedding = find(["seq_embedding/map"])
    lstmKernel = find(Self.lstmKernelNames)
    lstmBias = find(Self.lstmBiasNames)
    logitsWeights = find(["logits/weights"])
    logitsBias = find(["logits/biases"])
  }

  /// Checks that the shapes make a decoder.
  ///
  /// - Throws: `EngineError` naming the tensor that does not fit.
  func sizes(checkedBy reader: FloatReader) throws(EngineError) -> DecoderSizes {
    let logits = try reader.check(logitsWeights, [nil, nil])
    let embedding = try reader.check(wordEmbedding, [logits[1], nil])
    let sizes = DecoderSizes(embeddingSize: embedding[1], unitCount: logits[0], vocabularySize: logits[1])
    // Neither sum nor product can overflow: the tensors above were found to hold that many values.
    try reader.check(lstmKernel, [sizes.embeddingSize + sizes.unitCount, 4 * sizes.unitCount])
    try reader.check(lstmBias, [4 * sizes.unitCount])
    try reader.check(logitsBias, [sizes.vocabularySize])
    return sizes
  }
}

/// The sizes of a decoder, as its tensors' shapes give them.
struct DecoderSizes: Sendable, Equatable {
  /// Values of a word's embedding.
  var embeddingSize: Int
  /// LSTM units.
  var unitCount: Int
  /// Rows of the word embedding and columns of the logits.
  var vocabularySize: Int
}
