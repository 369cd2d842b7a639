/// An error that a person can act on: it says where, what was found, what was expected and what to try.
///
/// Every module's error type conforms, so that the command maps it to an exit status without knowing the module.
public protocol DecantError: Error, MessageConvertible, Equatable, Sendable {
  /// What kind of failure it is; decides the exit status.
  var category: ErrorCategory { get }
}
