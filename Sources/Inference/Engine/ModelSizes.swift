/// The sizes of a model, as its tensors' shapes give them.
package struct ModelSizes: Sendable, Equatable {
  /// Height and width of the images that go in, in pixels: 299.
  package var imageSize: Int
  /// Features of the pooled 8x8 map: 2048 in the original.
  package var pooledSize: Int
  /// Values of a word's or an image's embedding: 512 in the original.
  package var embeddingSize: Int
  /// LSTM units: 512 in the original. The cell and the hidden state have this many values each.
  package var unitCount: Int
  /// Rows of the word embedding and columns of the logits: 12000 in the original.
  package var vocabularySize: Int
}
