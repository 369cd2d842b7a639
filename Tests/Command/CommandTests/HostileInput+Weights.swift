import TestSupport

extension HostileInput {
  /// Archives, arrays and safetensors files that declare more than they hold, or hold more than memory does.
  static let weightFiles: [HostileInput] = [
    HostileInput("a zip bomb: 128 MiB of one tensor in 130 KB", file: "a.npz", runs: weights) {
      zip("<f4", "(33554432,)", mebibytes: 128)
    },
    HostileInput("a zip bomb that must be turned in memory", file: "a.npz", runs: weightsAndHDF5) {
      zip("<f4", "(67108864, 4)", fortranOrder: true, mebibytes: 1024)
    },
    HostileInput("a zip bomb of strings", file: "a.npz", runs: weightsAndHDF5) {
      zip("|S1048576", "(1024,)", mebibytes: 1024)
    },
    HostileInput("a zip bomb of metadata", file: "a.npz", runs: weightsAndHDF5) {
      zip("|u1", "(66060288,)", mebibytes: 63, name: "__metadata__.npy")
    },
    HostileInput("a member that declares more than deflate can make", file: "a.npz", runs: weights) {
      HostileArchives.zip(
        "a.npy", deflated: HostileArchives.deflated(mebibytesOfZeros: 1), byteCount: 0x7fff_ffff)
    },
    HostileInput("a member that makes more than it declares", file: "a.npz", runs: weights) {
      HostileArchives.zip(
        "a.npy",
        deflated: HostileArchives.deflated(HostileArchives.npy("|u1", "(16,)"), mebibytesOfZeros: 16),
        byteCount: HostileArchives.npy("|u1", "(16,)").count + 16)
    },
    HostileInput("an array of 2^80 elements", file: "a.npy", runs: weights) {
      HostileArchives.npy("<f4", "(1099511627776, 1099511627776)")
    },
    HostileInput("an array of 4 TiB", file: "a.npy", runs: weights) { HostileArchives.npy("<f4", "(1099511627776,)") },
    HostileInput("2^40 strings of no length", file: "a.npy", runs: weights) {
      HostileArchives.npy("|S0", "(1099511627776,)")
    },
    HostileInput("one string of 10 GB", file: "a.npy", runs: weights) {
      HostileArchives.npy("|S9999999999", "(1,)")
    },
    HostileInput("an array's header that nests", file: "a.npy", runs: weights) {
      HostileArchives.npy("{'descr': " + String(repeating: "(", count: 60_000))
    },
    HostileInput("a safetensors header of 100 MB that is not there", file: "a.safetensors", runs: weights) {
      HostileArchives.safetensors("{}", declared: 100_000_000)
    },
    HostileInput("a safetensors header of 2^63 bytes", file: "a.safetensors", runs: weights) {
      HostileArchives.safetensors("{}", declared: .min)
    },
    HostileInput("a safetensors header of 90 MB that is there", file: "a.safetensors", runs: weights) {
      HostileArchives.safetensors(#"{"__metadata__":{"a":""# + String(repeating: "x", count: 90_000_000) + #""}}"#)
    },
    HostileInput("a safetensors header that nests", file: "a.safetensors", runs: weights) {
      HostileArchives.safetensors(#"{"a":{"x":"# + String(repeating: "[", count: 1_000_000))
    },
    HostileInput("a shape of a million axes", file: "a.safetensors", runs: weights) {
      HostileArchives.safetensors(#"{"a":{"shape":[1"# + String(repeating: ",1", count: 1_000_000) + "]}}")
    },
    HostileInput("a shape that overflows", file: "a.safetensors", runs: weights) {
      HostileArchives.safetensors(
        #"{"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,4]}}"#, data: [0, 0, 0, 0])
    },
  ]

  private static func zip(
    _ descr: String, _ shape: String, fortranOrder: Bool = false, mebibytes: Int, name: String = "a.npy"
  ) -> [UInt8] {
    let head = HostileArchives.npy(descr, shape, fortranOrder: fortranOrder)
    return HostileArchives.zip(
      name, deflated: HostileArchives.deflated(head, mebibytesOfZeros: mebibytes),
      byteCount: head.count + mebibytes << 20)
  }
}
