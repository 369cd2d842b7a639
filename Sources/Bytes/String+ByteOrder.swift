extension String {
  /// Whether the UTF-8 bytes of `self` come before those of `other`; the order of tensors in every list of ours.
  ///
  /// Not `<`, which compares by Unicode's canonical equivalence and calls different bytes equal.
  package func precedesInBytes(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// Whether both have the same UTF-8 bytes.
  package func equalsInBytes(_ other: String) -> Bool {
    utf8.elementsEqual(other.utf8)
  }
}
