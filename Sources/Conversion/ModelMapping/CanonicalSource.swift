internal import Messages
public import Tensors

/// The door from every naming scheme to Decant's own: TensorFlow's modern names and TensorFlow's layouts.
public enum CanonicalSource {
  /// Shows a source's tensors under their canonical names and in TensorFlow's layouts, whatever scheme its file uses.
  ///
  /// Names that belong to no scheme stay as they are. So does a tensor of a recognized scheme that does not fit its
  /// layout.
  ///
  /// - Parameter source: tensors under the names of any era of TensorFlow, of PyTorch or of Keras; see
  ///   `NamingScheme.detect(in:)`.
  /// - Returns: the source itself if nothing needs to change.
  /// - Throws: `NameCollision` if the source has one variable under the names of two eras, and what the source throws
  ///   when the scales of its normalizations are read.
  public static func make(_ source: any TensorSource) throws -> any TensorSource {
    let shown = try layouts(source)
    return shown.isAnother ? shown.source : try NamingScheme.modern.renaming(source)
  }

  /// Shows another framework's tensors under their canonical names and in TensorFlow's layouts, and all others as they are.
  ///
  /// A conversion to an older era uses this, not the modern names, because two cells may have the same modern name.
  package static func layouts(_ source: any TensorSource) throws -> (source: any TensorSource, isAnother: Bool) {
    guard let framework = FrameworkNames.all.first(where: { $0.recognizes(source.descriptors) }) else {
      return (source, false)
    }
    return (try DerivedSource(source, tensors: framework.canonicalize(source)), true)
  }
}

extension NamingScheme {
  /// Shows the tensors of a canonical source as in the scheme.
  ///
  /// - Parameter source: what `CanonicalSource.make` returned; for `keep`, any.
  /// - Returns: the source itself if nothing needs to change.
  /// - Throws: `NameCollision` if two tensors would get the same name, `MappingDefect.nothingKnown` if another
  ///   framework's names are requested and none of the tensors has one.
  public func show(_ source: any TensorSource) throws -> any TensorSource {
    guard let framework = frameworkNames else { return try renaming(source) }
    let (tensors, knownCount) = framework.export(source)
    guard knownCount > 0 else { throw MappingError(.nothingKnown(self), file: source.files.first?.path) }
    return try DerivedSource(source, tensors: tensors)
  }

  /// Shows a source's tensors under the names of the scheme's era.
  fileprivate func renaming(_ source: any TensorSource) throws -> any TensorSource {
    let names = source.descriptors.map(\.name)
    let map = try NameMap(variablesOf: source, scheme: self)
    if map.renamings.isEmpty { return source }
    return try DerivedSource(source, tensors: names.map { (map[$0], .stored($0)) })
  }
}

extension NameMap {
  /// Names a source's variables in a scheme. Other constants of a frozen graph, such as `RNN/while/LSTMCell/add/y`,
  /// keep their names, and do not affect whether a cell is known.
  ///
  /// - Throws: `NameCollision` if two variables would get the same name.
  package init(variablesOf source: any TensorSource, scheme: NamingScheme) throws(NameCollision) {
    let others = Set(source.otherConstantNames ?? [])
    try self.init(source.descriptors.map(\.name).filter { !others.contains($0) }, scheme: scheme)
  }
}
