public import CDecant
internal import Conversion
internal import Essentials
internal import Messages
internal import ModelMapping
internal import TensorFiles
internal import Tensors

/// Writes arrays; see `decant.h`.
@c @implementation public func decant_write(
  _ path: UnsafePointer<CChar>?, _ arrays: UnsafePointer<decant_array>?, _ count: Int, _ options: UnsafePointer<CChar>?,
  _ progress: decant_progress?, _ context: UnsafeMutableRawPointer?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let path = try unsafe text(path, "path")
    let options = try unsafe CallOptions.parse(options, known: CallOptions.writing)
    guard unsafe arrays != nil || count == 0 else { throw CallError.missing("arrays") }
    let arrays = unsafe UnsafeBufferPointer(start: arrays, count: max(0, count))
    let source = try unsafe ArraySource(arrays, metadata: options.metadata ?? [:])
    var conversion = try options.conversion(standardNames: .keep)
    conversion.hashesSource = false
    let converter = Converter(options: conversion)
    if let skipped = try converter.plan(source, to: path).skipped.first {
      throw CallError.refused(name: skipped.name, skipped.reason)
    }
    let call = unsafe ProgressCall(function: progress, context: context)
    _ = try converter.convert(source, to: path) { _ in try call.check() }
  }
}

/// Converts a file; see `decant.h`.
@c @implementation public func decant_convert(
  _ source: UnsafePointer<CChar>?, _ output: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ progress: decant_progress?, _ context: UnsafeMutableRawPointer?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> decant_status {
  unsafe answering(message) {
    let (source, output) = (try unsafe text(source, "source"), try unsafe text(output, "output"))
    let options = try unsafe CallOptions.parse(options, known: CallOptions.converting)
    let converter = Converter(options: try options.conversion(standardNames: .modern))
    let call = unsafe ProgressCall(function: progress, context: context)
    let done = try converter.convert(source, to: output, reading: options.readOptions()) { _ in try call.check() }
    if let report = unsafe report { unsafe report.pointee = unsafe allocated(try ConversionDocument(done).json().text) }
  }
}
