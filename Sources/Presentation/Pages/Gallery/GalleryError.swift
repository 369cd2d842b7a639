package import Messages

/// Why there is no gallery.
package typealias GalleryError = LocatedError<GalleryDefect>

/// What keeps a gallery from being made.
package enum GalleryDefect: ErrorReason {
  /// A further page would replace a file that Decant did not write.
  case foreignPage

  /// The output cannot be created.
  package var category: ErrorCategory { .cannotCreate }

  /// What was found, and what to do.
  package var sentence: Message {
    """
    is where a further page would go, but Decant did not write that file, and --force does not replace it. Nothing was written; \
    move the file away, or choose another name for --html.
    """
  }
}
