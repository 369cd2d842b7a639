extension DamageFixture {
  /// The checkpoint in them has checksums, but a changed name of a member makes it another file.
  static let archives: [DamageFixture] = [
    DamageFixture("tar", in: "archives", ["v2.tar"], isProved: false),
    DamageFixture("tar, gzip", in: "archives", ["v2.tar.gz"], isProved: false),
    DamageFixture("tar, bzip2", in: "archives", ["v2.tar.bz2"], isProved: false),
    DamageFixture("tar, xz", in: "archives", ["v2.tar.xz"], isProved: false),
    DamageFixture("tar, zstd", in: "archives", ["v2.tar.zst"], isProved: false),
    DamageFixture("zip", in: "archives", ["v2.zip"], isProved: false),
  ]
}
