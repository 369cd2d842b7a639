public import Tensors

/// The network's result for one image.
public struct Encoding: Sendable, Equatable {
  /// The average of the last map over its pixels, `[pooledSize]`.
  public var pooled: [Float]
  /// The image in the space of word embeddings, `[embeddingSize]`.
  public var embedding: [Float]
  /// The LSTM's state after it has seen the image; captions start here.
  public var initialState: DecoderState

  /// An encoding of the given values.
  public init(pooled: [Float], embedding: [Float], initialState: DecoderState) {
    self.pooled = pooled
    self.embedding = embedding
    self.initialState = initialState
  }
}

/// The output of one layer or stage of the network, copied out while it was there.
public struct Activation: Sendable, Equatable {
  /// TensorFlow's name: a stage such as `Mixed_5b`, or a layer in it such as `Mixed_5b/Branch_0/Conv2d_0a_1x1`.
  public var name: String
  /// `[count, height, width, channels]`.
  public var shape: Shape
  /// Row-major values.
  public var values: [Float]

  /// An activation of the given values.
  public init(name: String, shape: Shape, values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
