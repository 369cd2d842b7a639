internal import CDecant
internal import Essentials
internal import Messages
internal import Threads
internal import WeightFiles

/// libdecant.so never forks: a fork copies only one of its host's threads.
private let usesProgram: Void = HDF5Program.useUnlessChosen("decant")

/// Runs the body of a C function: an error becomes a status and a message that the caller frees.
func answering(
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ body: () throws -> Void
) -> decant_status {
  _ = usesProgram
  do {
    try body()
    return Int32(DECANT_OK)
  } catch let error as any DecantError {
    unsafe message?.pointee = unsafe allocated(error.message.text)
    return error.category.rawValue
  } catch is Cancelled {
    unsafe message?.pointee = unsafe allocated("The caller asked to stop.")
    return Int32(DECANT_CANCELLED)
  } catch {
    unsafe message?.pointee = unsafe allocated(("\(error)" as Message).text)
    return Int32(DECANT_IO)
  }
}

/// A copy of a text that `decant_free` gives back. A zero in it would end it in C, so it is left out.
func allocated(_ text: String) -> UnsafeMutablePointer<CChar>? {
  let bytes = text.utf8.filter { $0 != 0 }
  guard let copy = unsafe malloc(bytes.count + 1)?.assumingMemoryBound(to: CChar.self) else { return nil }
  for (index, byte) in bytes.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
  unsafe copy[bytes.count] = 0
  return unsafe copy
}

/// A pointer that the caller must give.
func required<Pointee>(_ pointer: UnsafeMutablePointer<Pointee>?, _ name: String) throws(CallError)
  -> UnsafeMutablePointer<Pointee>
{
  guard let pointer = unsafe pointer else { throw .missing(name) }
  return unsafe pointer
}

/// A text that the caller must give.
func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(CallError) -> String {
  guard let pointer = unsafe pointer else { throw .missing(name) }
  return unsafe String(cString: pointer)
}

/// An object that C holds by a pointer until C closes it.
final class Handle<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }

  /// The pointer for C; the object lives until `close`.
  func opened() -> OpaquePointer { unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  /// The value of an open handle.
  static func value(_ pointer: OpaquePointer?, _ name: String) throws(CallError) -> Value {
    guard let pointer = unsafe pointer else { throw .missing(name) }
    return unsafe Unmanaged<Handle<Value>>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue().value
  }

  /// Lets go of the object; nil is allowed.
  static func close(_ pointer: OpaquePointer?) {
    guard let pointer = unsafe pointer else { return }
    unsafe Unmanaged<Handle<Value>>.fromOpaque(UnsafeRawPointer(pointer)).release()
  }
}

/// The function with which the caller can stop long work.
@safe struct ProgressCall {
  let function: decant_progress?
  let context: UnsafeMutableRawPointer?

  /// - Throws: `Cancelled` if the caller asks to stop.
  func check() throws(Cancelled) {
    if let function = unsafe function, unsafe function(context) != 0 { throw Cancelled() }
  }
}

/// The version of the interface; see `decant.h`.
@c @implementation public func decant_interface_version() -> Int32 { Int32(DECANT_INTERFACE_VERSION) }

/// Made once, never freed.
nonisolated(unsafe) private let versionText = unsafe allocated(DecantVersion.current)

/// The version of Decant; see `decant.h`.
@c @implementation public func decant_version() -> UnsafePointer<CChar>? { unsafe UnsafePointer(versionText) }

/// Frees what a function allocated; see `decant.h`.
@c @implementation public func decant_free(_ allocated: UnsafeMutableRawPointer?) { unsafe free(allocated) }
