extension InspectDocument {
  /// How the engine would run the model.
  ///
  /// Inspection does not know the engine; the command fills this in.
  public struct Plan: Encodable, Sendable {
    /// Images in a batch.
    public var imageCount: Int
    /// The kernels that this processor runs.
    public var kernels: String
    /// How close to float32 they compute: `exact` or `fast`.
    public var precision: String
    /// Multiplications by the layers' definitions, and those that remain with their algorithms.
    public var multiplicationCount: Int, remainingMultiplicationCount: Int
    /// Bytes that the outputs of all layers share.
    public var peakByteCount: Int
    /// The layers in the order they run.
    public var layers: [Layer]

    /// One layer.
    public struct Layer: Encodable, Sendable {
      let name: String
      let scopes: [String]
      let window: String
      let input: [Int]
      let output: [Int]
      let multiplicationCount: Int
      let remainingMultiplicationCount: Int
      let algorithm: String
      let panelColumns: [Int]
      let reason: String
      let byteOffset: Int

      /// A layer of a plan; the parameters are the fields of the JSON.
      public init(
        name: String, scopes: [String], window: String, input: [Int], output: [Int], multiplicationCount: Int,
        remainingMultiplicationCount: Int, algorithm: String, panelColumns: [Int], reason: String, byteOffset: Int
      ) {
        (self.name, self.scopes, self.window) = (name, scopes, window)
        (self.input, self.output) = (input, output)
        self.multiplicationCount = multiplicationCount
        self.remainingMultiplicationCount = remainingMultiplicationCount
        (self.algorithm, self.panelColumns, self.reason) = (algorithm, panelColumns, reason)
        self.byteOffset = byteOffset
      }
    }

    /// A plan of those layers.
    public init(imageCount: Int, kernels: String, precision: String, peakByteCount: Int, layers: [Layer]) {
      self.imageCount = imageCount
      self.kernels = kernels
      self.precision = precision
      self.peakByteCount = peakByteCount
      self.layers = layers
      multiplicationCount = layers.reduce(0) { $0 + $1.multiplicationCount }
      remainingMultiplicationCount = layers.reduce(0) { $0 + $1.remainingMultiplicationCount }
    }
  }
}
