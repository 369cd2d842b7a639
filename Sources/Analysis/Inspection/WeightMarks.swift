internal import Messages
package import Tensors

/// Which tensors of a source are weights, if it has other constants too, as a frozen graph does.
package struct WeightMarks: Sendable {
  private let others: Set<String>?

  /// The marks of a source.
  package init(_ source: any TensorSource) {
    others = source.otherConstantNames.map(Set.init)
  }

  /// Whether a tensor is a weight; nil if the source does not distinguish them.
  package func isWeight(_ descriptor: TensorDescriptor) -> Bool? { others.map { !$0.contains(descriptor.name) } }

  /// What to say about a tensor at the end of its line, after what is known of its origin.
  package func note(_ descriptor: TensorDescriptor, origin: TensorOrigin?) -> String {
    isWeight(descriptor) == true ? "weight" : origin?.words(besides: descriptor.name).text ?? ""
  }
}
