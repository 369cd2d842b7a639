package import Messages
package import Tensors

extension Message {
  /// A shape; if it has very many axes, only the first are shown.
  package static func axes(_ shape: Shape) -> Message {
    guard shape.rank > 12 else { return "\(shape)" }
    let first = shape.dimensions.prefix(8).map { "\($0)" as Message }.joined(separator: ", ")
    return "[\(first), … \(shape.rank) axes]"
  }

  /// The shape of a tensor, and the number of its slices if there are several.
  package static func shape(_ descriptor: TensorDescriptor) -> Message {
    let slices: Message = descriptor.sliceCount > 1 ? " in \(HumanText.count(descriptor.sliceCount, "slice"))" : ""
    return "\(axes(descriptor.shape))\(slices)"
  }
}
