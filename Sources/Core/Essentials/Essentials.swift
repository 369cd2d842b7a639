// What this package uses of Foundation and of the system's C library.
//
// On Linux, FoundationEssentials is a fifth of Foundation: it brings no ICU, whose data alone would be two thirds of a
// static `decant`. macOS has Foundation in the system.
#if canImport(FoundationEssentials)
  @_exported public import FoundationEssentials
#else
  @_exported public import Foundation
#endif

#if canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#endif
