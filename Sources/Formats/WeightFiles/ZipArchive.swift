internal import Files
internal import Messages

/// A zip archive of one of the formats that are zip archives themselves: what is wrong with it is wrong with a weight file.
struct ZipArchive: Sendable {
  typealias Member = ZipListing.Member
  typealias Method = ZipListing.Method

  private let listing: ZipListing

  var file: InputFile { listing.file }
  /// In the order of the central directory.
  var members: [Member] { listing.members }

  static let endSignature = ZipListing.endSignature
  static let end64Signature = ZipListing.end64Signature
  static let locator64Signature = ZipListing.locator64Signature
  static let memberSignature = ZipListing.memberSignature
  static let localSignature = ZipListing.localSignature
  static let maximumExpansion = ZipListing.maximumExpansion

  /// Reads the central directory of a file.
  ///
  /// - Throws: `WeightFileDefect.archive` if it is damaged, or has something that Decant does not read.
  init(_ file: InputFile) throws {
    listing = try Self.wrap(file) { try ZipListing(file) }
  }

  /// Where a member's bytes start, by its local header, which must name the same member.
  ///
  /// - Throws: `WeightFileDefect.archive` if it does not.
  func dataOffset(of member: Member) throws -> Int {
    try Self.wrap(file) { try listing.dataOffset(of: member) }
  }

  private static func wrap<Value>(_ file: InputFile, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as ZipFailure {
      throw WeightFileError(
        .archive(failure.defect), file: file.path, offset: failure.offset, tensor: failure.member)
    }
  }
}
