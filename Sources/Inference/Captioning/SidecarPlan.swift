internal import Files
internal import Messages

/// Which sidecars a run writes, checked before a picture is captioned.
package struct SidecarPlan: Sendable {
  /// The format of the sidecars.
  package let format: SidecarFormat
  /// Pictures whose best caption is less probable get no sidecar.
  package let minimumProbability: Double?
  /// Whether an existing sidecar is replaced.
  package let replacesExisting: Bool

  /// Plans the sidecars of pictures.
  ///
  /// - Parameters:
  ///   - format: the format of the sidecars.
  ///   - pictures: the pictures, as they will be captioned; one may be named several times.
  ///   - inputs: other files that are read, which no sidecar may replace.
  ///   - minimumProbability: the lowest probability of the best caption.
  ///   - replacesExisting: whether an existing sidecar is replaced.
  /// - Throws: `SidecarError` if two pictures would have the same sidecar, or if one has an input's name.
  package init(
    format: SidecarFormat, pictures: [String], inputs: [String], minimumProbability: Double? = nil,
    replacesExisting: Bool = false
  ) throws(SidecarError) {
    var names = OutputNames()
    let read = Set((pictures + inputs).map { names.canonical($0) })
    var pictureOfSidecar: [String: String] = [:]
    for picture in pictures {
      let sidecar = format.path(beside: picture)
      let name = names.canonical(sidecar)
      if read.contains(name) { throw SidecarError(.isInput, file: sidecar) }
      if let first = pictureOfSidecar[name], names.canonical(first) != names.canonical(picture) {
        throw SidecarError(.sameName(first: first, second: picture), file: sidecar)
      }
      pictureOfSidecar[name] = picture
    }
    self.format = format
    self.minimumProbability = minimumProbability
    self.replacesExisting = replacesExisting
  }

  /// Checks that another output, such as a page, has its own name.
  ///
  /// - Throws: `SidecarError` if it is an input's or a sidecar's.
  package static func check(
    output: String, pictures: [String], inputs: [String], sidecars format: SidecarFormat?
  ) throws(SidecarError) {
    var names = OutputNames()
    let name = names.canonical(output)
    if (pictures + inputs).contains(where: { names.canonical($0) == name }) {
      throw SidecarError(.isInput, file: output)
    }
    if let format, pictures.contains(where: { names.canonical(format.path(beside: $0)) == name }) {
      throw SidecarError(.isSidecar, file: output)
    }
  }
}
