internal import Essentials

extension String {
  /// Whether the UTF-8 bytes of `self` come before those of `other`; the order of tensors in every list.
  ///
  /// Not `<`, which compares by Unicode's canonical equivalence and calls different bytes equal.
  package func precedesInBytes(_ other: String) -> Bool {
    byteOrder(other).map { $0 < 0 } ?? utf8.lexicographicallyPrecedes(other.utf8)
  }

  /// Whether both have the same UTF-8 bytes.
  package func equalsInBytes(_ other: String) -> Bool {
    byteOrder(other).map { $0 == 0 } ?? utf8.elementsEqual(other.utf8)
  }

  /// Below 0 if `self` comes first, 0 for the same bytes; nil if a text is not stored as UTF-8.
  ///
  /// A search among a hundred thousand names compares bytes millions of times, and comparing collections takes ten
  /// times as long.
  private func byteOrder(_ other: String) -> Int? {
    // The bytes do not leave the closures.
    let order = unsafe utf8.withContiguousStorageIfAvailable { left in
      unsafe other.utf8.withContiguousStorageIfAvailable { right -> Int in
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else {
          return left.count - right.count
        }
        let order = unsafe memcmp(leftStart, rightStart, min(left.count, right.count))
        return order == 0 ? left.count - right.count : Int(order)
      }
    }
    return order.flatMap { $0 }
  }
}
