internal import Bytes
internal import Messages
package import Tensors

/// The running averages of a model's weights, and the weights that they can replace.
///
/// Averages are `X/ExponentialMovingAverage` beside `X` in TensorFlow 1, and those of Keras' optimizers with `use_ema`,
/// if the checkpoint's objects say which weights they belong to. A batch normalization's `moving_mean` averages
/// activations and is not one of them.
package struct WeightAverages: Sendable, Equatable {
  /// A weight and its average.
  package struct Pair: Sendable, Equatable {
    /// The weight's name.
    package let name: String
    /// The name of its average.
    package let average: String
  }

  /// The pairs, in the order of the weights.
  package let pairs: [Pair]
  /// The other floating-point variables of the model, which stay as they are.
  package let without: [String]

  /// Finds the averages of a source's weights.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - leftovers: the leftovers that were found in it.
  ///   - isWanted: whether a name is considered.
  /// - Throws: `MappingError` if an average does not fit its weight, or if a weight has two.
  package init(
    of source: any TensorSource, among leftovers: [TrainingLeftover], where isWanted: (String) -> Bool = { _ in true }
  ) throws(MappingError) {
    let file = source.files.first?.path
    var names: [ByteString: String] = [:]
    for descriptor in source.descriptors {
      if let path = source.origin(of: descriptor)?.path { names[ByteString(path)] = descriptor.name }
    }
    var averages: [ByteString: String] = [:]
    for leftover in leftovers where leftover.certainty == .certain {
      guard case .movingAverage(let variable) = leftover.kind else { continue }
      // Objects are identified by their paths, which are not always the names.
      guard let name = source.descriptor(named: variable)?.name ?? names[ByteString(variable)],
        let weight = source.descriptor(named: name), let average = source.descriptor(named: leftover.name),
        isWanted(average.name)
      else { continue }
      guard weight.shape == average.shape, weight.dtype == average.dtype else {
        throw MappingError(.averageDoesNotFit(weight: weight.name), file: file, tensor: average.name)
      }
      if averages.updateValue(average.name, forKey: ByteString(name)) != nil {
        throw MappingError(.averagedTwice(weight: weight.name), file: file, tensor: average.name)
      }
    }
    let isLeftover = Set(leftovers.map { ByteString($0.name) })
    for descriptor in source.descriptors where descriptor.name.hasSuffix(Self.suffix) && isWanted(descriptor.name) {
      // One with another shape is not recognized as an average, and would otherwise be silently ignored.
      guard !isLeftover.contains(ByteString(descriptor.name)) else { continue }
      let weight = String(descriptor.name.dropLast(Self.suffix.count))
      if source.descriptor(named: weight) != nil {
        throw MappingError(.averageDoesNotFit(weight: weight), file: file, tensor: descriptor.name)
      }
    }
    let weights = source.descriptors.filter {
      !isLeftover.contains(ByteString($0.name)) && $0.dtype.kind == .float && isWanted($0.name)
    }
    pairs = source.descriptors.compactMap { descriptor in
      averages[ByteString(descriptor.name)].map { Pair(name: descriptor.name, average: $0) }
    }
    without = weights.map(\.name).filter { averages[ByteString($0)] == nil }
  }

  private init(pairs: [Pair], without: [String]) {
    self.pairs = pairs
    self.without = without
  }

  /// The averages of some of the weights.
  package func of(_ isKept: (String) -> Bool) -> WeightAverages {
    WeightAverages(pairs: pairs.filter { isKept($0.name) }, without: without.filter(isKept))
  }

  private static let suffix = "/ExponentialMovingAverage"
}
