internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// A model of Keras 3 or of Keras 2.12 to 2.15 (`.keras`): a zip archive with the weights as an HDF5 file, and two descriptions of the model.
///
/// Variables have the names that Keras gives them (see `KerasVariableNames`), or else their paths in the HDF5 file. libhdf5 reads only whole
/// files, so the weights are unpacked into a file that is removed as soon as libhdf5 has listed it, if it is not needed for more.
/// - Source: Keras 3.15, `saving/saving_lib.py`.
package struct KerasArchive: TensorSource {
  /// The format in words.
  package let format = "Keras archive"
  /// The one file.
  package let files: [SourceFile]
  /// All variables, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// What the archive says about the model; see `KerasModelText`.
  package let metadata: [String: String]
  /// What is wrong with the HDF5 file or the descriptions.
  package let problems: [SourceProblem]
  /// The archive has a checksum of the weights, which is compared when they are unpacked.
  package let hasChecksums = true

  private let weights: HDF5File
  /// In the order of `descriptors`: what the HDF5 file calls the variable, its layer and its place among the weights.
  private let variables: [(stored: TensorDescriptor, layer: String?, weight: KerasWeight?)]
  /// The unpacked weights, whose path the child that reads them may need again.
  private let unpacked: UnpackedFile

  /// The member with the weights.
  static let weightsName = "model.weights.h5"

  /// Opens an archive.
  ///
  /// - Throws: `FileError` if it cannot be read or there is no room to unpack it, `WeightFileError` if it is damaged.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    try KerasArchive(path, options: options)
  }

  /// The names of the variables at these paths of the HDF5 file, in order.
  ///
  /// - Throws: `KerasArchiveDefect.badText` if the text is not a `config.json`.
  package static func names(
    at paths: [String], config: [UInt8], version: String? = nil
  ) throws(WeightFileError) -> [String] {
    let model: KerasConfig
    do {
      model = try KerasConfig(parsing: config)
    } catch {
      throw WeightFileError(.kerasArchive(.badText("config.json", "\(error)")))
    }
    let found = KerasVariableNames(of: model, KerasGeneration(version: version)).variables(at: paths)
    return paths.map { found[ByteString($0)]?.name ?? $0 }
  }

  private init(_ path: String, options: ReadOptions) throws {
    let archive = try ZipArchive(InputFile(path: path))
    func failed(_ defect: KerasArchiveDefect) -> WeightFileError { WeightFileError(.kerasArchive(defect), file: path) }
    let members = archive.members.filter { $0.text == Self.weightsName }
    guard let member = members.first else { throw failed(.noWeights(members: archive.members.map(\.text))) }
    guard members.count == 1 else { throw failed(.weightsTwice) }
    unpacked = try archive.unpack(member, verifiesChecksum: options.verifiesChecksums)
    let weights = try HDF5File(unpacked.opened(shownAs: "\(path): \(Self.weightsName)"), readableAt: unpacked.path)
    if weights.isReadDirectly { unpacked.removeName() }
    let text = KerasModelText(of: archive)
    let model = text.config.map { KerasVariableNames(of: $0, KerasGeneration(in: text.metadata)) }
    let paths = weights.descriptors.map(\.name)
    let names = model?.variables(at: paths) ?? [:]
    let places = model?.weights(at: paths) ?? [:]
    let named = weights.descriptors.map { stored in
      let variable = names[ByteString(stored.name)]
      var descriptor = stored
      descriptor.name = variable?.name ?? stored.name
      // The offset is that in the unpacked file.
      descriptor.location = nil
      return (
        descriptor,
        (
          stored: stored, layer: variable?.layer ?? weights.origin(of: stored)?.layer,
          weight: places[ByteString(stored.name)]
        )
      )
    }.sorted { $0.0.name.precedesInBytes($1.0.name) }
    self.weights = weights
    descriptors = named.map(\.0)
    variables = named.map(\.1)
    files = [SourceFile(archive.file)]
    metadata = weights.metadata.merging(text.metadata) { _, new in new }
    problems = weights.problems + text.problems
  }

  /// The layer of a variable, and its path in the HDF5 file.
  package func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    guard let index = descriptors.index(ofName: descriptor.name) else { return nil }
    var origin = TensorOrigin(path: variables[index].stored.name, layer: variables[index].layer)
    origin.kerasWeights = variables[index].weight.map { [$0] } ?? []
    // Keras 2 also stores what its metrics have counted.
    let parts = variables[index].stored.name.split(separator: "/")
    if parts.count > 2, parts[0] == "metrics" { origin.owner = .metric(String(parts[1])) }
    return origin
  }

  /// Reads a variable's elements in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try weights.read(stored(descriptor), maximumByteCount: maximumByteCount, body)
  }

  /// The elements of a string variable.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try weights.readStrings(stored(descriptor))
  }

  private func stored(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> TensorDescriptor {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return variables[index].stored
  }
}

extension ZipArchive {
  private static let pieceByteCount = 1 << 18
  /// A compressed member may become this large, or its own size times the factor.
  private static let plainByteCount = 1 << 28
  private static let maximumUnpackingFactor = 16

  /// Unpacks a member into a file that other processes can open.
  ///
  /// - Throws: `WeightFileDefect.archive` if the member is damaged or too large, `FileError` if there is no room.
  func unpack(_ member: Member, verifiesChecksum: Bool) throws -> UnpackedFile {
    // Keras stores members as they are, and weights hardly compress. A small archive must not fill the disk.
    let limit =
      member.method == .stored
      ? ZipStorage.maximumUnpackedByteCount
      : max(Self.plainByteCount, member.storedByteCount.multipliedChecked(by: Self.maximumUnpackingFactor) ?? .max)
    guard member.byteCount <= limit else {
      throw WeightFileError(
        .archive(.tooLargeToUnpack(member.text, byteCount: member.byteCount, limit: limit)), file: file.path,
        offset: member.headerOffset)
    }
    let output = try UnpackedFile(in: String.temporaryDirectory)
    let reader = try ZipMemberReader(member, of: self, verifiesChecksum: verifiesChecksum)
    var buffer: [UInt8] = []
    while reader.position < member.byteCount {
      let count = try reader.read(upTo: Self.pieceByteCount, into: &buffer)
      try output.append(Array(buffer.prefix(count)))
    }
    try reader.finish()
    return output
  }
}
