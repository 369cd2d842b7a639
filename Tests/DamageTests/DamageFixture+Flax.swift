extension DamageFixture {
  /// msgpack has no checksums: any result but a trap is right.
  static let flax: [DamageFixture] = [
    DamageFixture("Flax", in: "flax", ["checkpoint_7"], isProved: false),
    DamageFixture("Flax, in chunks", in: "flax", ["chunked.msgpack"], isProved: false),
  ]
}
