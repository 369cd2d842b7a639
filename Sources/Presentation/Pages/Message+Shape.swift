internal import Messages
internal import Tensors

extension Message {
  /// A shape; of one with very many axes the first.
  static func axes(_ shape: Shape) -> Message {
    guard shape.rank > 12 else { return "\(shape)" }
    let first = shape.dimensions.prefix(8).map { "\($0)" as Message }.joined(separator: ", ")
    return "[\(first), … \(shape.rank) axes]"
  }

  /// The shape of a tensor, and in how many slices it is stored if they are several.
  static func shape(_ descriptor: TensorDescriptor) -> Message {
    let slices: Message = descriptor.sliceCount > 1 ? " in \(HumanText.count(descriptor.sliceCount, "slice"))" : ""
    return "\(axes(descriptor.shape))\(slices)"
  }
}
