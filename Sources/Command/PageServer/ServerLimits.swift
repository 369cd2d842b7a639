/// How much one request, one connection, and all of them together may use.
struct ServerLimits: Sendable {
  /// Connections that are open at once. One more replaces the one that has waited longest without a request.
  var connectionCount = 256
  /// Bytes of one header field, its name included.
  var headerFieldByteCount = 16 << 10
  /// Bytes of all header fields.
  var headerByteCount = 32 << 10
  /// Header fields.
  var headerCount = 64
  /// Bytes that may be sent with a picture.
  var pictureByteCount = 64 << 20
  /// Pixels of a picture.
  var picturePixelCount = 1 << 26
  /// Bytes that may be sent with a checkpoint.
  var uploadByteCount = 4 << 30
  /// Files that may be sent at once.
  var uploadFileCount = 1000
  /// Requests that send something at once.
  var uploadCount = 8
  /// Requests that are waiting or being answered.
  var requestCount = 64
  /// Seconds that a connection may take until its request's header is there.
  var headerSeconds = 10
  /// Seconds that a connection is kept after a response.
  var idleSeconds = 60
  /// Seconds from one piece of a body to the next.
  var pieceSeconds = 15
  /// Seconds that a picture may take to arrive.
  var pictureSeconds = 60
  /// Seconds that a checkpoint may take to arrive.
  var uploadSeconds = 900
  /// Seconds that a client may take to receive a piece of a response.
  var writeSeconds = 30
  /// Models that are kept in memory.
  var modelCount = 2
  /// Sources that are kept open.
  var sourceCount = 8
  /// Entries of a folder that are listed.
  var folderEntryCount = 2000
  /// Things in folders that have a number.
  var itemCount = 100_000

  /// The usual limits.
  static let standard = ServerLimits()
}
