/// The bytes of numbers as weight files have them: little-endian, as on every machine that runs the tests.
public func packed<Number: BitwiseCopyable>(_ values: [Number]) -> [UInt8] {
  unsafe values.withUnsafeBytes { unsafe Array($0) }
}
