/// Sees what others read from files, so that bytes that are in memory need not be read a second time.
package protocol ReadObserver: AnyObject, Sendable {
  /// Called after each read of more than a few bytes, on the thread that reads.
  ///
  /// - Parameters:
  ///   - bytes: what was read; valid for the call.
  ///   - offset: where it is in the file.
  ///   - path: the file's, as it was opened.
  func didRead(_ bytes: RawSpan, at offset: Int, of path: String)
}

/// Something made of files whose reads can be observed.
package protocol ReadObservable {
  /// Reports all further reads of the files to an observer; nil ends that.
  func setReadObserver(_ observer: (any ReadObserver)?)
}
