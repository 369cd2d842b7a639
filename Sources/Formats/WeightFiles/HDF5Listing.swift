internal import Bytes
internal import CDecantHDF5
internal import CHDF5
internal import Essentials
internal import Messages
internal import Tensors

/// Walks the groups of an HDF5 file and describes its datasets.
struct HDF5Listing {
  let fileByteCount: Int
  private(set) var datasets: [HDF5Dataset] = []
  /// What is not a tensor, or cannot be read. The other tensors are still listed.
  private(set) var problems: [HDF5Problem] = []
  /// Attributes that nothing else shows; nil if nobody asks for them.
  private var otherAttributes: HDF5OtherAttributes?
  private var isOfKeras = false
  private var names: Set<[UInt8]> = []
  /// The headers of groups already walked: hard links can form cycles.
  private var visitedGroups: Set<UInt64> = []

  init(fileByteCount: Int, listsAttributes: Bool = false) {
    self.fileByteCount = fileByteCount
    otherAttributes = listsAttributes ? HDF5OtherAttributes() : nil
  }

  /// Walks every group that hard links lead to, without recursion.
  mutating func visitAll(of file: borrowing HDF5Handle) throws(HDF5Failure) {
    try HDF5Library.locked { () throws(HDF5Failure) in try visitAllLocked(of: file) }
  }

  private mutating func visitAllLocked(of file: borrowing HDF5Handle) throws(HDF5Failure) {
    isOfKeras = KerasNames.isWriter(of: file)
    var pending: [(path: String, depth: Int)] = [("", 0)]
    while let next = pending.popLast() {
      guard next.depth <= HDF5File.maximumDepth else { throw error(.tooDeep) }
      let links: [Link]
      do throws(HDF5Failure) {
        links = try newLinks(in: file, next.path)
      } catch {
        // Without the root group, nothing is known about the file.
        guard !next.path.isEmpty else { throw error }
        note(error, at: next.path)
        continue
      }
      for link in links {
        let child = next.path + (next.path.isEmpty ? "" : "/") + link.name
        do throws(HDF5Failure) {
          if try visit(link, at: child, in: file) { pending.append((child, next.depth + 1)) }
        } catch {
          note(error, at: child)
        }
      }
    }
  }

  /// The links of a group that has not been walked before.
  private mutating func newLinks(in file: borrowing HDF5Handle, _ path: String) throws(HDF5Failure) -> [Link] {
    let path = path.isEmpty ? "/" : path
    guard let group = HDF5Handle(unsafe H5Gopen2(file.id, path, 0), .group) else { throw libraryError(at: path) }
    let header = try header(of: group.id, path)
    guard visitedGroups.insert(header.address).inserted else { return [] }
    if path != "/" { addAttributes(of: group.id, count: header.attributeCount, at: path) }
    return try links(of: group, path: path)
  }

  /// Describes the dataset that a link points to; true if it is a group, which must be walked.
  private mutating func visit(
    _ link: Link, at path: String, in file: borrowing HDF5Handle
  ) throws(HDF5Failure) -> Bool {
    guard link.isText else { throw error(.unsupportedType("a name that is not UTF-8"), at: path) }
    switch link.kind {
    case DECANT_HDF5_HARD_LINK: break
    case DECANT_HDF5_SOFT_LINK: return false
    default: throw error(.externalLink(path))
    }
    if try isGroup(file, path) { return true }
    try describe(file, path)
    return false
  }

  private mutating func addAttributes(of object: hid_t, count: Int, at path: String) {
    guard count > 0, otherAttributes?.isFull == false else { return }
    let names = HDF5Attributes.names(of: object, count: min(count, HDF5OtherAttributes.maximumCount))
    otherAttributes?.add(names, of: path)
  }

  /// The attributes that are neither metadata nor about a tensor, in words.
  func otherAttributes(besides metadata: [String: String], of file: borrowing HDF5Handle) -> [String] {
    HDF5Library.locked {
      guard var all = otherAttributes else { return [] }
      guard let root = HDF5Handle(unsafe H5Gopen2(file.id, "/", 0), .group),
        let count = try? header(of: root.id, "/").attributeCount
      else { return all.texts }
      let names = HDF5Attributes.names(of: root.id, count: min(count, HDF5OtherAttributes.maximumCount))
      all.add(names.filter { metadata[$0] == nil }, of: "")
      return all.texts
    }
  }

  private mutating func note(_ failure: HDF5Failure, at path: String) {
    // A named type is not data.
    let isHarmless = failure.defect == .unsupportedType(Self.namedType)
    problems.append(HDF5Problem(name: failure.tensor ?? path, path: path, failure: failure, isHarmless: isHarmless))
  }

  /// Gives the weights of a Keras file the names that Keras uses for them, and their layers.
  mutating func applyKerasNames(of file: borrowing HDF5Handle) {
    var keras = KerasNames(of: file)
    guard !keras.weights.isEmpty else { return applyLayersOfGroups(in: file) }
    keras.keepUnique(among: datasets.map(\.name) + problems.map(\.name))
    for index in datasets.indices {
      let path = datasets[index].path
      datasets[index].weight = keras.places[Array(path.utf8)]
      // A dataset that stores its tensor's name itself keeps that name.
      guard datasets[index].name.equalsInBytes(path), let weight = keras.weights[Array(path.utf8)] else { continue }
      datasets[index].name = weight.name
      datasets[index].layer = weight.layer
    }
    for index in problems.indices where problems[index].name.equalsInBytes(problems[index].path) {
      if let weight = keras.weights[Array(problems[index].path.utf8)] { problems[index].name = weight.name }
    }
  }

  private mutating func applyLayersOfGroups(in file: borrowing HDF5Handle) {
    let groups = KerasNames.layers(of: file, paths: datasets.map(\.name))
    guard !groups.isEmpty else { return }
    for index in datasets.indices {
      guard let group = KerasNames.varsGroup(of: datasets[index].name) else { continue }
      datasets[index].layer = groups[Array(group.utf8)]
    }
  }

  /// The strings on the root group, and what the library says if some cannot be read.
  func metadata(of file: borrowing HDF5Handle) -> (strings: [String: String], failure: HDF5Failure?) {
    HDF5Library.locked {
      guard let root = HDF5Handle(unsafe H5Gopen2(file.id, "/", 0), .group),
        let count = try? header(of: root.id, "/").attributeCount
      else { return ([:], libraryError(at: "/")) }
      let found = HDF5Attributes.readAll(from: root.id, count: count)
      return (found.strings, found.isWhole ? nil : libraryError(at: "/"))
    }
  }

  private func header(of object: hid_t, _ path: String) throws(HDF5Failure) -> (address: UInt64, attributeCount: Int) {
    var address: UInt64 = 0
    var count: UInt64 = 0
    guard unsafe decant_hdf5_object_info(object, &address, &count) >= 0 else { throw libraryError(at: path) }
    return (address, Int(clamping: count))
  }

  private struct Link {
    let name: String
    let kind: Int
    /// Whether the name is the file's own: a name that is not UTF-8 is escaped, and leads nowhere.
    let isText: Bool
  }

  /// What the callback fills.
  private final class Links {
    var found: [Link] = []
  }

  private func links(of group: borrowing HDF5Handle, path: String) throws(HDF5Failure) -> [Link] {
    let links = Links()
    let context = unsafe Unmanaged.passUnretained(links).toOpaque()
    // `links` outlives the call, which is the only user of the pointer.
    let status = unsafe decant_hdf5_visit_links(group.id, context) { context, name, kind in
      guard let context = unsafe context, let name = unsafe name else { return 1 }
      let links = unsafe Unmanaged<Links>.fromOpaque(context).takeUnretainedValue()
      let text = unsafe String(validatingCString: name)
      let bytes = unsafe UnsafeRawBufferPointer(start: name, count: strlen(name))
      links.found.append(
        unsafe Link(name: text ?? String(escapingInvalidUTF8: Array(bytes)), kind: Int(kind), isText: text != nil))
      return 0
    }
    guard status >= 0 else { throw libraryError(at: path) }
    return links.found
  }

  private func isGroup(_ file: borrowing HDF5Handle, _ path: String) throws(HDF5Failure) -> Bool {
    // H5Oclose closes a handle of any kind; the type tells which kind it is.
    let object = unsafe H5Oopen(file.id, path, 0)
    guard object >= 0 else { throw libraryError(at: path) }
    defer { H5Oclose(object) }
    switch H5Iget_type(object) {
    case H5I_GROUP: return true
    case H5I_DATASET: return false
    default: throw error(.unsupportedType(Self.namedType), at: path)
    }
  }

  private static let namedType = "a named type"

  private mutating func describe(_ file: borrowing HDF5Handle, _ path: String) throws(HDF5Failure) {
    guard let dataset = HDF5Handle(unsafe H5Dopen2(file.id, path, 0), .dataset),
      let type = HDF5Handle(H5Dget_type(dataset.id), .type)
    else { throw libraryError(at: path) }
    let name = HDF5Attributes.read(HDF5Name.noteName, from: dataset.id, isExact: true) ?? path
    // This comes first: when Decant asks for the shape of a virtual dataset, the library opens the files that the
    // dataset names.
    try checkStorage(of: dataset, name)
    let (dtype, isSignExtended) = try dtype(of: dataset, type: type, path, name)
    let shape = try shape(of: dataset, name)
    let storedByteCount = Int(clamping: H5Dget_storage_size(dataset.id))
    let width = dtype.byteCount ?? Int(clamping: H5Tget_size(type.id))
    guard let byteCount = shape.elementCount.multipliedChecked(by: width) else {
      throw error(.badShape(.tooManyElements(shape.dimensions)), at: name)
    }
    let limit = fileByteCount.multipliedChecked(by: dtype == .string ? 1 : HDF5File.maximumExpansion) ?? .max
    guard byteCount <= limit else {
      throw error(.shapeBeyondFile(byteCount: byteCount, fileBytes: fileByteCount), at: name)
    }
    guard names.insert(Array(name.utf8)).inserted else { throw error(.duplicateName, at: name) }
    if otherAttributes != nil, let count = try? header(of: dataset.id, path).attributeCount {
      addAttributes(of: dataset.id, count: count, at: path)
    }
    // Undefined (all ones) for chunks and for data that was never written.
    let offset = Int(exactly: H5Dget_offset(dataset.id))
    datasets.append(
      HDF5Dataset(
        index: datasets.count, name: name, path: path, dtype: dtype, shape: shape,
        byteCount: dtype == .string ? storedByteCount : byteCount, offset: offset,
        isPacked: offset != nil && storedByteCount == byteCount && isStoredAsRead(type, dtype),
        isSignExtended: isSignExtended, layer: nil))
  }

  private func dtype(
    of dataset: borrowing HDF5Handle, type: borrowing HDF5Handle, _ path: String, _ name: String
  ) throws(HDF5Failure) -> (DType, isSignExtended: Bool) {
    if let text = HDF5Attributes.read(HDF5Type.noteName, from: dataset.id) {
      let isStrings = text == DType.string.name && H5Tget_class(type.id) == H5T_VLEN && isByteSequence(type)
      guard let note = DTypeNote(parsing: text), isStrings || HDF5Type.matches(type.id, note.dtype) else {
        throw error(.dtypeMismatch(note: text), at: name)
      }
      return (note.dtype, note.isSignExtended)
    }
    let opaque = OpaqueType(type.id)
    switch opaque?.dtype(of: dataset.id, isOfKeras: isOfKeras || KerasNames.isVariable(path))
      ?? HDF5Type.dtype(of: type.id)
    {
    case .success(let dtype): return (dtype, false)
    case .failure(let unfit): throw error(.unsupportedType(unfit.what), at: name)
    }
  }

  private func isStoredAsRead(_ type: borrowing HDF5Handle, _ dtype: DType) -> Bool {
    // Opaque bytes have no byte order.
    if H5Tget_class(type.id) == H5T_OPAQUE { return true }
    guard let inMemory = HDF5Type.make(dtype) else { return false }
    return H5Tequal(type.id, inMemory.id) > 0
  }

  private func isByteSequence(_ type: borrowing HDF5Handle) -> Bool {
    guard let element = HDF5Handle(H5Tget_super(type.id), .type) else { return false }
    return HDF5Type.matches(element.id, .uint8)
  }

  private func shape(of dataset: borrowing HDF5Handle, _ path: String) throws(HDF5Failure) -> Shape {
    guard let space = HDF5Handle(H5Dget_space(dataset.id), .space) else { throw libraryError(at: path) }
    guard H5Sget_simple_extent_type(space.id) != H5S_NULL else { throw error(.nullDataspace, at: path) }
    let rank = Int(H5Sget_simple_extent_ndims(space.id))
    guard rank >= 0 else { throw libraryError(at: path) }
    var extents = [hsize_t](repeating: 0, count: max(rank, 1))
    guard unsafe H5Sget_simple_extent_dims(space.id, &extents, nil) >= 0 else { throw libraryError(at: path) }
    do throws(ShapeError) {
      return try Shape(extents.prefix(rank).map { Int(clamping: $0) })
    } catch let shapeError {
      throw error(.badShape(shapeError), at: path)
    }
  }

  /// Refuses what would lead out of the file, or needs a filter that is not available.
  private func checkStorage(of dataset: borrowing HDF5Handle, _ path: String) throws(HDF5Failure) {
    guard let properties = HDF5Handle(H5Dget_create_plist(dataset.id), .properties) else {
      throw libraryError(at: path)
    }
    let layout = H5Pget_layout(properties.id)
    guard [H5D_COMPACT, H5D_CONTIGUOUS, H5D_CHUNKED].contains(layout), H5Pget_external_count(properties.id) == 0 else {
      throw error(.externalData, at: path)
    }
    for index in 0..<max(0, H5Pget_nfilters(properties.id)) {
      var flags: UInt32 = 0
      var valueCount = 0
      var name = [CChar](repeating: 0, count: 64)
      let filter = unsafe H5Pget_filter2(properties.id, UInt32(index), &flags, &valueCount, nil, name.count, &name, nil)
      guard filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32 else {
        let bytes = name.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }
        throw error(.unsupportedFilter(id: Int(filter), name: String(escapingInvalidUTF8: bytes)), at: path)
      }
    }
    if layout == H5D_CHUNKED {
      guard let chunk = HDF5LibraryReader.chunk(of: properties.id),
        let type = HDF5Handle(H5Dget_type(dataset.id), .type)
      else {
        throw libraryError(at: path)
      }
      let byteCount = chunk.reduce(Int(clamping: H5Tget_size(type.id))) { $0.multipliedChecked(by: $1) ?? .max }
      guard byteCount <= HDF5File.maximumChunkByteCount else {
        throw error(.chunkTooLarge(byteCount: byteCount), at: path)
      }
    }
  }

  private func error(_ defect: HDF5Defect, at tensor: String? = nil) -> HDF5Failure {
    HDF5Failure(defect: defect, tensor: tensor)
  }

  private func libraryError(at tensor: String) -> HDF5Failure {
    error(.library(HDF5Library.lastMessage), at: tensor)
  }
}
