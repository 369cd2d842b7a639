internal import CFuzzing
internal import Messages
internal import TestSupport
public import Tensors

/// What the fuzzers share. Each fuzzer is one executable with one parser behind `LLVMFuzzerTestOneInput`.
public enum Fuzz {
  /// Runs one input; a typed error is the expected end of most.
  ///
  /// Anything else that is thrown would reach a person without a place and without advice, so it counts as a find.
  public static func run(
    _ data: UnsafePointer<UInt8>?, _ count: Int, _ body: ([UInt8]) throws -> Void
  ) -> CInt {
    // libFuzzer owns the bytes and says how many there are.
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: data, count: count))
    attempt { try body(bytes) }
    return 0
  }

  /// Does what may throw a typed error, and nothing else.
  public static func attempt(_ body: () throws -> Void) {
    do {
      try body()
    } catch let error as any DecantError {
      check(error.description)
    } catch {
      fatalError("an error without a type of ours: \(error)")
    }
  }

  /// A message is built for every error: that code is reached by bad input only.
  public static func check(_ message: String) {
    guard !message.isEmpty else { fatalError("an error without words") }
  }

  /// Mutates as libFuzzer does and then repairs checksums in three of four inputs, so that the parser behind them is reached.
  public static func mutate(
    _ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32,
    repair: (inout [UInt8]) -> Void
  ) -> Int {
    guard let data = unsafe data else { return 0 }
    let mutated = unsafe LLVMFuzzerMutate(data, count, maximumCount)
    guard seed % 4 != 0 else { return mutated }
    var bytes = unsafe [UInt8](UnsafeBufferPointer(start: data, count: mutated))
    repair(&bytes)
    precondition(bytes.count == mutated, "a repair changes no length")
    unsafe data.update(from: bytes, count: mutated)
    return mutated
  }

  /// Whether a child process outlives `body`, which must be the same in every call; see `fuzz_in_child`.
  ///
  /// What ran there counts as coverage, and a trap there ends this process.
  public static func survivesInChild(_ body: @convention(c) () -> Void) -> Bool {
    let fate = fuzz_in_child(body)
    guard fate != FUZZ_TRAPPED else { fatalError("a trap in the child process") }
    return fate == FUZZ_SURVIVED
  }

  /// Lets libhdf5 keep what it frees, for more inputs in a second; see `fuzz_keep_hdf5_blocks`.
  public static func keepHDF5Blocks() {
    fuzz_keep_hdf5_blocks()
  }

  /// Reads everything of a source: a list that opens is no proof that what it names can be read.
  public static func readAll(_ source: any TensorSource) throws {
    for problem in source.problems { check("\(problem.error)") }
    if let failure = try source.readEverything().last { throw failure }
  }
}
