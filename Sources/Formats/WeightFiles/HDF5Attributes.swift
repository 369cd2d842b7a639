internal import CDecantHDF5
internal import CHDF5

/// Attributes of one string, in the form that h5py reads as `str`.
enum HDF5Attributes {
  /// Keras 2 decodes these itself, and h5py 2 gives it bytes only for ASCII.
  private static let asciiNames: Set = ["keras_version", "backend", "model_config", "training_config"]

  /// Writes a string on an object. The string must have no zero byte. Returns whether the library accepted it.
  static func write(_ text: String, named name: String, on object: hid_t) -> Bool {
    HDF5Library.locked {
      let isASCII = asciiNames.contains(name) && text.utf8.allSatisfy { $0 < 0x80 }
      guard let type = HDF5Handle(decant_hdf5_string_type(isASCII ? 0 : 1), .type),
        let attribute = create(name, on: object, type, HDF5Handle(H5Screate(H5S_SCALAR), .space))
      else { return false }
      // Of variable length, because HDF5 limits other strings to 64 KiB. The library copies through the pointer's pointer.
      return unsafe text.withCString { text in
        var text: UnsafePointer<CChar>? = unsafe text
        return unsafe H5Awrite(attribute.id, type.id, &text) >= 0
      }
    }
  }

  /// Writes a string that may have zero bytes, which h5py shows as bytes. There is room for 64 KiB, less the object's other messages.
  static func writeExactly(_ text: String, named name: String, on object: hid_t) -> Bool {
    let bytes = Array(text.utf8)
    return HDF5Library.locked {
      guard let type = HDF5Handle(decant_hdf5_fixed_string_type(max(1, bytes.count)), .type),
        let attribute = create(name, on: object, type, HDF5Handle(H5Screate(H5S_SCALAR), .space))
      else { return false }
      // The type is as long as the bytes; if there are none, one zero byte is written.
      return unsafe H5Awrite(attribute.id, type.id, bytes.isEmpty ? [0] : bytes) >= 0
    }
  }

  /// Writes a list of strings without zero bytes, as Keras does: in pieces named `layer_names0`, `layer_names1` and so on if it is longer
  /// than an attribute may be. Returns whether the library accepted it.
  ///
  /// - Source: Keras 3.15, `save_attributes_to_hdf5_group` in `legacy/saving/legacy_h5_format.py`.
  static func writeList(_ texts: [String], named name: String, on object: hid_t) -> Bool {
    let width = max(1, texts.map(\.utf8.count).max() ?? 1)
    let countOfPiece = maximumPieceByteCount / width
    if texts.count <= countOfPiece { return write(texts, named: name, on: object) }
    guard countOfPiece > 0 else { return false }
    return stride(from: 0, to: texts.count, by: countOfPiece).enumerated().allSatisfy { number, start in
      write(Array(texts[start..<min(start + countOfPiece, texts.count)]), named: "\(name)\(number)", on: object)
    }
  }

  /// What Keras leaves free of the 64 KiB of an object's header.
  private static let maximumPieceByteCount = 64512

  /// Writes a list of strings without zero bytes, each as long as the longest, which h5py shows as an array of bytes.
  ///
  /// Returns whether the library accepted it. There is room for 64 KiB, less the object's other messages.
  private static func write(_ texts: [String], named name: String, on object: hid_t) -> Bool {
    let width = texts.map(\.utf8.count).max() ?? 1
    let bytes = texts.flatMap { text in
      Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
    }
    return HDF5Library.locked {
      let extents = [hsize_t(clamping: texts.count)]
      guard let type = HDF5Handle(decant_hdf5_fixed_string_type(max(1, width)), .type),
        let attribute = create(name, on: object, type, HDF5Handle(unsafe H5Screate_simple(1, extents, nil), .space))
      else { return false }
      // The type is as wide as the longest text, and shorter ones are padded; if there are none, nothing is read.
      return texts.isEmpty || (unsafe H5Awrite(attribute.id, type.id, bytes)) >= 0
    }
  }

  private static func create(
    _ name: String, on object: hid_t, _ type: borrowing HDF5Handle, _ space: consuming HDF5Handle?
  ) -> HDF5Handle? {
    guard let space else { return nil }
    let id = unsafe H5Acreate2(object, name, type.id, space.id, defaultProperties, defaultProperties)
    return HDF5Handle(id, .attribute)
  }

  /// Reads a string; nil if the object has no such attribute, or if it is anything but one UTF-8 string.
  ///
  /// - Parameters:
  ///   - name: the attribute's name.
  ///   - object: the object that may have it.
  ///   - isExact: whether all bytes of a fixed-width string count, including zero bytes at its end.
  /// - Returns: the string.
  static func read(_ name: String, from object: hid_t, isExact: Bool = false) -> String? {
    HDF5Library.locked {
      guard unsafe H5Aexists(object, name) > 0,
        let attribute = HDF5Handle(unsafe H5Aopen(object, name, defaultProperties), .attribute)
      else { return nil }
      return string(of: attribute, isExact: isExact)
    }
  }

  /// Reads every attribute of an object that is one string, and says whether every attribute could be opened.
  static func readAll(from object: hid_t, count: Int) -> (strings: [String: String], isWhole: Bool) {
    HDF5Library.locked {
      var strings: [String: String] = [:]
      var isWhole = true
      for index in 0..<max(0, count) {
        guard
          let attribute = HDF5Handle(
            unsafe H5Aopen_by_idx(
              object, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(index), defaultProperties, defaultProperties), .attribute
          )
        else {
          isWhole = false
          continue
        }
        let name = name(of: attribute)
        // A list of Keras, even if it has one element.
        if name == "layer_names" { continue }
        if let name, let text = string(of: attribute, isExact: false) {
          strings[name] = text
        } else if name?.hasPrefix("decant.") ?? true {
          // Others may be anything; ours are strings, unless the file was damaged.
          isWhole = false
        }
      }
      return (strings, isWhole)
    }
  }

  /// The names of an object's attributes, as far as they are text and can be opened.
  static func names(of object: hid_t, count: Int) -> [String] {
    HDF5Library.locked {
      (0..<max(0, count)).compactMap { index in
        let attribute = HDF5Handle(
          unsafe H5Aopen_by_idx(
            object, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(index), defaultProperties, defaultProperties), .attribute)
        guard let attribute else { return nil }
        return name(of: attribute)
      }
    }
  }

  /// Reads a list of strings; nil if the object has no such attribute, or if it is anything else.
  static func readList(_ name: String, from object: hid_t) -> [String]? {
    HDF5Library.locked {
      guard unsafe H5Aexists(object, name) > 0,
        let attribute = HDF5Handle(unsafe H5Aopen(object, name, defaultProperties), .attribute),
        let type = HDF5Handle(H5Aget_type(attribute.id), .type), H5Tget_class(type.id) == H5T_STRING,
        let space = HDF5Handle(H5Aget_space(attribute.id), .space), H5Sget_simple_extent_ndims(space.id) == 1
      else { return nil }
      let count = Int(clamping: H5Sget_simple_extent_npoints(space.id))
      guard count > 0, count <= maximumListCount else { return count == 0 ? [] : nil }
      if H5Tis_variable_str(type.id) > 0 {
        var texts = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        guard unsafe H5Aread(attribute.id, type.id, &texts) >= 0 else { return nil }
        // The library allocated each string; all are freed, whether they are text or not.
        defer { for index in 0..<count { unsafe H5free_memory(texts[index]) } }
        let found = unsafe texts.compactMap { unsafe $0.flatMap { unsafe String(validatingCString: $0) } }
        return found.count == count ? found : nil
      }
      let width = H5Tget_size(type.id)
      guard width > 0, count <= maximumListByteCount / width else { return nil }
      var bytes = [UInt8](repeating: 0, count: count * width)
      guard unsafe H5Aread(attribute.id, type.id, &bytes) >= 0 else { return nil }
      let found = (0..<count).compactMap {
        String(
          validating: HDF5LibraryReader.unpadded(bytes[($0 * width)..<($0 + 1) * width], of: type.id), as: UTF8.self)
      }
      return found.count == count ? found : nil
    }
  }

  /// Far more than the 64 KiB at which Keras splits its lists, and still little memory.
  private static let maximumListCount = 1 << 20
  private static let maximumListByteCount = 1 << 26

  private static func name(of attribute: borrowing HDF5Handle) -> String? {
    let count = H5Aget_name(attribute.id, 0, nil)
    guard count > 0, count < 1 << 16 else { return nil }
    var name = [CChar](repeating: 0, count: count + 1)
    guard unsafe H5Aget_name(attribute.id, name.count, &name) == count else { return nil }
    return String(validating: name.prefix(count).map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
  }

  private static func string(of attribute: borrowing HDF5Handle, isExact: Bool) -> String? {
    guard let type = HDF5Handle(H5Aget_type(attribute.id), .type), H5Tget_class(type.id) == H5T_STRING,
      let space = HDF5Handle(H5Aget_space(attribute.id), .space), H5Sget_simple_extent_npoints(space.id) == 1
    else { return nil }
    if H5Tis_variable_str(type.id) > 0 {
      var text: UnsafeMutablePointer<CChar>?
      guard unsafe H5Aread(attribute.id, type.id, &text) >= 0, let text = unsafe text else { return nil }
      defer { unsafe H5free_memory(text) }
      return unsafe String(validatingCString: text)
    }
    // A fixed string lies in the object's header, which is far smaller than this.
    let byteCount = H5Tget_size(type.id)
    guard byteCount > 0, byteCount <= 1 << 24 else { return nil }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    guard unsafe H5Aread(attribute.id, type.id, &bytes) >= 0 else { return nil }
    return String(validating: isExact ? bytes[...] : HDF5LibraryReader.unpadded(bytes[...], of: type.id), as: UTF8.self)
  }
}

/// The library's default property list, a macro in C.
let defaultProperties: hid_t = 0
