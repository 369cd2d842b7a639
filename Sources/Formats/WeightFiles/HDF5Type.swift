internal import CDecantHDF5
internal import CHDF5
internal import Messages
internal import Tensors

/// How each dtype is stored in HDF5, and which dtype a stored type means.
///
/// Numbers are HDF5's own types of that width. bfloat16 and float16 are floats with the fields of these formats, as h5py makes
/// float16. Complex numbers are compounds of `r` and `i`, and booleans an enumeration of FALSE and TRUE, both as in h5py. A dtype
/// without a type of its own (quantized integers, 8-bit floats, integers below a byte) is stored as integers of its width, and the
/// attribute `decant.dtype` names it.
enum HDF5Type {
  /// The attribute that names the dtype of a dataset whose stored type does not determine it.
  static let noteName = "decant.dtype"

  /// A file and memory type for a fixed-width dtype. Nil for others, or if the library fails.
  static func make(_ dtype: DType) -> HDF5Handle? {
    HDF5Library.locked {
      switch dtype {
      case .float32, .float64: copy("f", dtype.byteCount ?? 0)
      case .float16: float(exponentBits: 5, mantissaBits: 10, bias: 15)
      case .bfloat16: float(exponentBits: 8, mantissaBits: 7, bias: 127)
      case .complex64: complex(componentByteCount: 4)
      case .complex128: complex(componentByteCount: 8)
      case .bool: bool()
      case .int8, .int16, .int32, .int64, .qint8, .qint16, .qint32, .int2, .int4: copy("i", dtype.byteCount ?? 0)
      case .uint8, .uint16, .uint32, .uint64, .quint8, .quint16, .uint2, .uint4,
        .float8e5m2, .float8e4m3fn, .float8e4m3fnuz, .float8e4m3b11fnuz, .float8e5m2fnuz, .float4e2m1fn:
        copy("u", dtype.byteCount ?? 0)
      case .string, .resource, .variant: nil
      }
    }
  }

  /// Whether `make` gives the dtype a type that is its own.
  static func needsNote(_ dtype: DType) -> Bool {
    dtype != .string && !selfEvident.contains(dtype)
  }

  /// The dtype of a stored type, or what the type is in words if no dtype fits.
  ///
  /// The byte order does not matter; the library converts big-endian numbers when they are read as `make`'s type.
  static func dtype(of type: hid_t) -> Result<DType, Unfit> {
    HDF5Library.locked {
      switch H5Tget_class(type) {
      case H5T_STRING: return .success(.string)
      case H5T_INTEGER, H5T_FLOAT, H5T_ENUM, H5T_COMPOUND:
        if let match = selfEvident.first(where: { matches(type, $0) }) { return .success(match) }
        let byteCount = H5Tget_size(type)
        return .failure(Unfit(what: "\(className(of: type)) of \(byteCount.counted("byte"))"))
      default: return .failure(Unfit(what: className(of: type)))
      }
    }
  }

  /// Whether a stored type is how `dtype` is stored, in either byte order.
  static func matches(_ type: hid_t, _ dtype: DType) -> Bool {
    HDF5Library.locked {
      guard let wanted = make(dtype), H5Tget_class(type) == H5Tget_class(wanted.id),
        H5Tget_size(type) == H5Tget_size(wanted.id)
      else { return false }
      if H5Tequal(type, wanted.id) > 0 { return true }
      switch H5Tget_class(type) {
      case H5T_COMPOUND:
        guard H5Tget_nmembers(type) == 2 else { return false }
        return (0..<2).allSatisfy { index in
          guard let member = HDF5Handle(H5Tget_member_type(type, UInt32(index)), .type) else { return false }
          return memberName(of: type, index) == (index == 0 ? "r" : "i")
            && H5Tget_member_offset(type, UInt32(index)) == index * H5Tget_size(type) / 2
            && matches(member.id, dtype == .complex64 ? .float32 : .float64)
        }
      case H5T_INTEGER, H5T_FLOAT:
        guard let turned = HDF5Handle(H5Tcopy(type), .type), H5Tset_order(turned.id, H5T_ORDER_LE) >= 0 else {
          return false
        }
        return H5Tequal(turned.id, wanted.id) > 0
      default: return false
      }
    }
  }

  /// A type for byte strings: C strings if none holds a zero byte, otherwise sequences of bytes.
  static func makeStrings(_ strings: [[UInt8]], hasZeroBytes: Bool) -> HDF5Handle? {
    let isUTF8 = strings.allSatisfy { String(validating: $0, as: UTF8.self) != nil }
    return HDF5Library.locked {
      HDF5Handle(hasZeroBytes ? decant_hdf5_bytes_type() : decant_hdf5_string_type(isUTF8 ? 1 : 0), .type)
    }
  }

  /// A type that no dtype has, in words.
  struct Unfit: Error {
    let what: String
  }

  /// The dtypes whose stored types are their own.
  private static let selfEvident: [DType] = [
    .float32, .float64, .int32, .int64, .uint8, .int8, .int16, .uint16, .uint32, .uint64, .float16, .bfloat16, .bool,
    .complex64, .complex128,
  ]

  private static func copy(_ kind: Character, _ byteCount: Int) -> HDF5Handle? {
    guard let kind = kind.asciiValue else { return nil }
    return HDF5Handle(H5Tcopy(decant_hdf5_type(CChar(truncatingIfNeeded: kind), Int32(byteCount))), .type)
  }

  /// A 16-bit float: sign, exponent and mantissa, from the highest bit down.
  private static func float(exponentBits: Int, mantissaBits: Int, bias: Int) -> HDF5Handle? {
    // The fields are set first: a type cannot shrink below its fields.
    guard let type = copy("f", 4), H5Tset_fields(type.id, 15, mantissaBits, exponentBits, 0, mantissaBits) >= 0,
      H5Tset_size(type.id, 2) >= 0, H5Tset_ebias(type.id, bias) >= 0
    else { return nil }
    return type
  }

  private static func complex(componentByteCount: Int) -> HDF5Handle? {
    guard let component = copy("f", componentByteCount),
      let type = HDF5Handle(H5Tcreate(H5T_COMPOUND, 2 * componentByteCount), .type),
      unsafe H5Tinsert(type.id, "r", 0, component.id) >= 0,
      unsafe H5Tinsert(type.id, "i", componentByteCount, component.id) >= 0
    else { return nil }
    return type
  }

  private static func bool() -> HDF5Handle? {
    guard let base = copy("i", 1), let type = HDF5Handle(H5Tenum_create(base.id), .type) else { return nil }
    for (name, value) in [("FALSE", 0), ("TRUE", 1)] as [(String, Int8)] {
      var value = value
      guard unsafe H5Tenum_insert(type.id, name, &value) >= 0 else { return nil }
    }
    return type
  }

  private static func memberName(of type: hid_t, _ index: Int) -> String? {
    guard let name = unsafe H5Tget_member_name(type, UInt32(index)) else { return nil }
    defer { unsafe H5free_memory(name) }
    return unsafe String(cString: name)
  }

  private static func className(of type: hid_t) -> String {
    switch H5Tget_class(type) {
    case H5T_INTEGER: "an integer"
    case H5T_FLOAT: "a floating-point number"
    case H5T_STRING: "strings"
    case H5T_BITFIELD: "a bit field"
    case H5T_OPAQUE: "opaque bytes"
    case H5T_COMPOUND: "a compound"
    case H5T_REFERENCE: "references"
    case H5T_ENUM: "an enumeration"
    case H5T_VLEN: "sequences of variable length"
    case H5T_ARRAY: "arrays"
    case H5T_TIME: "times"
    default: "an unknown type"
    }
  }
}
