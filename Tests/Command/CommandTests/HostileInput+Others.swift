import Foundation
import TestSupport

extension HostileInput {
  /// Tables and graphs.
  static let messages: [HostileInput] = [
    HostileInput("a graph of 100 000 nodes in 1.5 MB", file: "a.pb", runs: graphs) { HostileMessages.nodes(100_000) },
    HostileInput("a graph that nests 2000 deep", file: "a.pb", runs: graphs) { HostileMessages.deepGraph(2000) },
    HostileInput("200 constants of half a gigabyte in 11 KB", file: "a.pb", runs: graphs) {
      HostileMessages.filled(200, elementCount: 1 << 27)
    },
    HostileInput("a constant of 4 TiB in 50 bytes", file: "a.pb", runs: graphs) {
      HostileMessages.filled(1, elementCount: 1 << 40)
    },
    HostileInput("a compressed block of 200 MiB of zeros", file: "model.index", runs: weights) {
      TableBuilder.table(snappyBlock: HostileMessages.snappyZeros(200 << 20), lastKey: [0xff])
    },
    HostileInput("an index of 50 000 tensors without elements", file: "model.index", runs: weights) {
      // A BundleHeader of one shard, then entries: float, [0], checksum of nothing.
      let entry: [UInt8] = [0x08, 0x01, 0x12, 0x04, 0x12, 0x02, 0x08, 0x00, 0x35, 0, 0, 0, 0]
      let tensors = (0..<50_000).map { number in
        (key: Array(String(1_000_000 + number).utf8), value: entry)
      }
      return TableBuilder().table([(key: [], value: [0x08, 0x01, 0x1a, 0x02, 0x08, 0x01])] + tensors)
    },
  ]

  /// Pictures. A PNG of zeros is a thousandth of its pixels.
  static let images: [HostileInput] = [
    HostileInput("a PNG of 1 GB of zeros", file: "a.png", runs: pictures) {
      HostileArchives.png(width: 18_918, height: 18_918, colourType: 2, mebibytes: 1025)
    },
    HostileInput("a PNG of 128 million gray pixels in 130 KB", file: "a.png", runs: pictures) {
      HostileArchives.png(width: 11_500, height: 11_500, colourType: 0, mebibytes: 128)
    },
    HostileInput("an interlaced PNG that must be held whole", file: "a.png", runs: pictures) {
      HostileArchives.png(width: 11_500, height: 11_500, colourType: 2, isInterlaced: true, mebibytes: 400)
    },
    HostileInput("a PNG of 2^62 pixels", file: "a.png", runs: pictures) {
      HostileArchives.png(width: 0x7fff_ffff, height: 0x7fff_ffff, colourType: 2, mebibytes: 1)
    },
    jpeg("a JPEG of 65535 x 65535 pixels", width: 65_535, height: 65_535, fixture: "rgb-444.jpg"),
    jpeg("a JPEG of 65500 x 65500 pixels", width: 65_500, height: 65_500, fixture: "rgb-444.jpg"),
    jpeg("a progressive JPEG of 65500 x 2000 pixels", width: 65_500, height: 2_000, fixture: "progressive-420.jpg"),
    jpeg(
      "a progressive JPEG of 11500 x 11500 pixels and 3 MB of zeros", width: 11_500, height: 11_500,
      fixture: "progressive-420.jpg", paddingByteCount: 3_000_000),
  ]

  /// Text.
  static let texts: [HostileInput] = [
    HostileInput("a vocabulary of one endless line", file: "words.txt", runs: vocabularies) {
      [UInt8](repeating: 0x61, count: 60_000_000)
    },
    HostileInput("a vocabulary of one endless literal", file: "words.txt", runs: vocabularies) {
      Array("b'".utf8) + [UInt8](repeating: 0x5c, count: 10_000_000)
    },
    HostileInput("a vocabulary of line ends", file: "words.txt", runs: vocabularies) {
      [UInt8](repeating: 0x0a, count: 60_000_000)
    },
    HostileInput(
      "a vocabulary of 100 000 equal lines", file: "words.txt", runs: vocabularies + [["vocab", "INPUT", "--json"]]
    ) {
      Array(String(repeating: "word\n", count: 100_000).utf8)
    },
    HostileInput("a vocabulary of 65 MiB", file: "words.txt", runs: vocabularies) {
      [UInt8](repeating: 0x61, count: 65 << 20)
    },
    HostileInput("expressions that would make another engine backtrack forever", file: "rules.json", runs: rules) {
      Array(
        #"{"rules":[{"match":"^(a+)+$","replace":"b"},{"match":"^(([a-zA-Z/_0-9])+)+$!","replace":"b"}, "#.utf8)
        + Array(#"{"match":"(.*)(.*)(.*)(.*)(.*)(.*)x$","replace":"$1"}]}"#.utf8)
    },
    HostileInput("an expression of 10^9 repetitions", file: "rules.json", runs: rules) {
      Array(#"{"rules":[{"match":"((a{1000}){1000}){1000}","replace":"b"}]}"#.utf8)
    },
    HostileInput("an expression that nests 100 000 deep", file: "rules.json", runs: rules) {
      Array(#"{"rules":[{"match":""#.utf8) + [UInt8](repeating: 0x28, count: 100_000) + Array(#""}]}"#.utf8)
    },
    HostileInput("rules that double every name 5000 times", file: "rules.json", runs: rules) {
      let rule = #"{"match":"^.*$","replace":"$0$0"}"#
      return Array(#"{"rules":[\#((0..<5000).map { _ in rule }.joined(separator: ","))]}"#.utf8)
    },
    HostileInput("rules that split a tensor and join it 2000 times", file: "rules.json", runs: rules) {
      let pair =
        #"{"match":"^logits/biases$","split":{"axis":0,"into":["b0","b1"]}},"#
        + #"{"match":"^b(\\d)$","replace":"logits/biases","concatenate":{"axis":0,"group":1}}"#
      return Array(#"{"rules":[\#((0..<2000).map { _ in pair }.joined(separator: ","))]}"#.utf8)
    },
    HostileInput("a rule that splits every tensor into 100 000", file: "rules.json", runs: rules) {
      let parts = Array(repeating: #""a""#, count: 100_000).joined(separator: ",")
      let sizes = Array(repeating: "0", count: 99_999).joined(separator: ",")
      return Array(#"{"rules":[{"match":"$","split":{"axis":-1,"sizes":[-1,\#(sizes)],"into":[\#(parts)]}}]}"#.utf8)
    },
    HostileInput("rules that nest", file: "rules.json", runs: rules) {
      Array(#"{"rules":"#.utf8) + [UInt8](repeating: 0x5b, count: 1_000_000)
    },
    HostileInput("expected captions that nest", file: "captions.json", runs: expectations) {
      Array(#"{"runs":"#.utf8) + [UInt8](repeating: 0x5b, count: 1_000_000)
    },
    HostileInput("expected captions of other files", file: "captions.json", runs: expectations) {
      Array(
        #"{"runs":[{"beam_size":1,"max_length":2,"length_normalization":0,"images":[{"file":"../../../etc/passwd","#
          .utf8) + Array(#""captions":[]}]}]}"#.utf8)
    },
  ]

  /// A JPEG of another size than its data has.
  private static func jpeg(
    _ name: String, width: Int, height: Int, fixture: String, paddingByteCount: Int = 0
  ) -> HostileInput {
    HostileInput(name, file: "a.jpg", runs: pictures) {
      var bytes = (try? Fixture.bytes("images/\(fixture)")) ?? []
      // SOF0 or SOF2: marker, length, precision, height, width.
      let frame = bytes.indices.first {
        $0 + 9 < bytes.count && bytes[$0] == 0xff && [0xc0, 0xc2].contains(bytes[$0 + 1])
      }
      if let frame {
        bytes.replaceSubrange(
          frame + 5..<frame + 9, with: HostileArchives.bigEndian(height, 2) + HostileArchives.bigEndian(width, 2))
      }
      return paddingByteCount > 0 ? bytes.dropLast(2) + [UInt8](repeating: 0, count: paddingByteCount) : bytes
    }
  }
}
