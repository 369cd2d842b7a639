#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  @Suite("Pictures on a terminal, which is asked what it can show")
  struct PictureTests {
    private static let kernels = "InceptionV3/Conv2d_1a_3x3/weights"
    private static let matrix = "logits/weights"
    private static let inspect = ["inspect", Scenes.checkpoint, "--show", matrix]
    private static let attributes = "\u{1b}[?62;22c"
    private static let kitty = "\u{1b}_Gi=31;OK\u{1b}\\"
    private static let iTerm2 = "\u{1b}]1337;ReportCellSize=17.0;8.0;1.0\u{1b}\\"

    /// A terminal and the sequence that it is sent.
    struct Way: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let answer: [String]
      let start: String
      let end: String
    }

    static let ways = [
      Way(testDescription: "kitty", answer: [kitty, attributes], start: "\u{1b}_Ga=T,f=100,q=2,", end: "\u{1b}\\"),
      Way(testDescription: "iTerm2", answer: [iTerm2, attributes], start: "\u{1b}]1337;File=inline=1;", end: "\u{7}"),
      Way(testDescription: "sixel", answer: ["\u{1b}[?62;4;22c"], start: "\u{1b}P0;1;0q\"1;1;", end: "\u{1b}\\"),
      Way(
        testDescription: "kitty, byte by byte", answer: (kitty + attributes).map(String.init),
        start: "\u{1b}_Ga=T,f=100,q=2,", end: "\u{1b}\\"),
      Way(
        testDescription: "sixel after garbage and keys",
        answer: ["\u{1b}[A\u{0}\u{1b}]0;x\u{1b}_G\u{9b}~", "q\u{1b}[?1;2;4c"],
        start: "\u{1b}P0;1;0q\"1;1;", end: "\u{1b}\\"),
    ]

    @Test("inspect --show draws in the way that the terminal answers", arguments: ways)
    func inspect(way: Way) throws {
      // The name of a terminal says nothing, and neither does another's.
      for type in ["vt100", "xterm-kitty"] {
        let outcome = try PseudoTerminal().run(Self.inspect, environment: ["TERM": type], answer: way.answer)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.hasModesBack)
        let sequence = try #require(outcome.sequence(from: way.start, to: way.end))
        #expect(sequence.count > 400)
        let shown = outcome.shown
        #expect(shown.hasPrefix("logits/weights: float32 [128, 40], 5,120 values\r\n\u{1b}"))
        #expect(shown.contains("\(way.end)\r\n  down: axis 0 (128); from left to right: axis 1 (40), output channels"))
        #expect(shown.contains("  white is 0, blue is below it, orange above; colors are full at "))
        // Answers are read without being echoed.
        #expect(!shown.contains("Gi=31") && !shown.contains("^["))
      }
    }

    @Test("several variables are drawn one after the other, kernels as pictures")
    func several() throws {
      let outcome = try PseudoTerminal().run(
        ["inspect", Scenes.checkpoint, "--show", Self.kernels, "--show", "logits/biases", "--show", "global_step"],
        answer: [Self.kitty, Self.attributes])
      #expect(outcome.status == 0 && outcome.hasModesBack)
      #expect(outcome.shown.components(separatedBy: "\u{1b}_Ga=T").count == 3)
      #expect(outcome.shown.contains("16 kernels of 3 x 3 pixels in red, green and blue"))
      #expect(outcome.shown.contains("from left to right: axis 0 (40), a bar for each value"))
      #expect(outcome.shown.contains("no picture: it is a single value"))
      // Asked once.
      #expect(String(decoding: outcome.output, as: UTF8.self).components(separatedBy: "a=q").count == 2)
    }

    @Test("caption --show puts each picture above its captions", arguments: ways.prefix(3))
    func caption(way: Way) throws {
      let images = try FileManager.default.contentsOfDirectory(atPath: Scenes.images).filter { $0.hasSuffix(".jpg") }
        .sorted().prefix(2).map { "\(Scenes.images)/\($0)" }
      let outcome = try PseudoTerminal(pixelWidth: 200).run(
        ["caption", Scenes.checkpoint, "--show"] + images, answer: way.answer)
      #expect(outcome.status == 0 && outcome.hasModesBack, "\(outcome.errors)")
      let lines = outcome.shown.components(separatedBy: "\r\n").filter { !$0.isEmpty }
      #expect(lines.count == 2 * (1 + 1 + 3))
      for picture in [0, 5] where lines.count == 10 {
        #expect(lines[picture].hasPrefix(way.start) && lines[picture].hasSuffix(way.end))
        #expect(lines[picture + 1].hasPrefix("Captions for image "))
      }
      let plain = try DecantCommand.run(["caption", Scenes.checkpoint] + images)
      #expect(lines.filter { !$0.hasPrefix("\u{1b}") }.joined(separator: "\n") + "\n" == plain.output)
    }

    @Test(
      "a terminal that cannot says so, the words are printed, and the status is 1",
      arguments: [
        (Optional([attributes]), "this terminal reports no support for graphics"),
        (nil, "this terminal did not answer when asked for graphics"),
        ([String(repeating: "\u{1b}]1337;\u{0}\u{ff}AAAA", count: 3000)], "this terminal did not answer"),
      ])
    func unable(answer: [String]?, reason: String) throws {
      let start = ContinuousClock.now
      let outcome = try PseudoTerminal().run(Self.inspect, answer: answer)
      #expect(ContinuousClock.now - start < .seconds(30))
      #expect(outcome.status == 1 && outcome.hasModesBack)
      #expect(outcome.errors.hasPrefix("decant: \(reason)"), "\(outcome.errors)")
      let page = "decant report \(Scenes.checkpoint) --tensor logits/weights -o page.html"
      #expect(outcome.errors.hasSuffix("\(page)\n"), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.shown.contains("logits/weights: float32 [128, 40]") && !outcome.shown.contains("\u{1b}"))
      #expect(outcome.shown.contains("values from ") && !outcome.shown.contains("orange"))
    }

    @Test("captions come without pictures where the terminal has none")
    func captionWithout() throws {
      let outcome = try PseudoTerminal().run(
        ["caption", Scenes.checkpoint, "--show", Scenes.images], answer: [Self.attributes])
      #expect(outcome.status == 0 && outcome.hasModesBack)
      #expect(outcome.shown.contains("Captions for image ") && !outcome.shown.contains("\u{1b}"))
      #expect(
        outcome.errors.contains(
          "--show shows no pictures. For a page with pictures and captions, use --html gallery.html."))
    }

    @Test("a dumb terminal and a file are asked nothing")
    func notAsked() throws {
      let outcome = try PseudoTerminal().run(
        Self.inspect, environment: ["TERM": "dumb"], answer: [Self.kitty, Self.attributes])
      #expect(outcome.status == 1 && outcome.hasModesBack)
      #expect(!outcome.output.contains(0x1b))
      #expect(outcome.errors.hasPrefix("decant: TERM is 'dumb'"))
      let file = try DecantCommand.run(Self.inspect)
      #expect(file.status == 1 && !file.output.utf8.contains(0x1b))
      #expect(file.output.contains("values from "))
      #expect(file.errors.hasPrefix("decant: standard output is not a terminal; --show draws nothing."))
    }

    @Test("what was typed before the questions does not disturb the answers")
    func typedAhead() throws {
      let outcome = try PseudoTerminal().run(
        Self.inspect, typed: "ls -l\n\u{1b}[A", answer: [Self.kitty, Self.attributes])
      #expect(outcome.status == 0 && outcome.hasModesBack)
      #expect(outcome.shown.contains("\u{1b}_Ga=T"))
    }

    @Test("Control-C and signals give the terminal back while it is asked", arguments: [SIGINT, SIGTERM, SIGHUP])
    func interrupted(signal: Int32) throws {
      let outcome = try PseudoTerminal().run(
        Self.inspect,
        whenAsked: { process, terminal in
          if signal == SIGINT { terminal.send("\u{3}") } else { kill(process, signal) }
        })
      #expect(outcome.status == 128 + signal)
      #expect(outcome.hasModesBack)
    }

    @Test("keys that stop or end a program do nothing while the terminal is asked")
    func otherKeys() throws {
      let outcome = try PseudoTerminal().run(
        Self.inspect, answer: ["\u{1c}\u{1a}", Self.kitty, Self.attributes])
      #expect(outcome.status == 0 && outcome.hasModesBack)
    }

    @Test("a picture that a signal cuts off is ended, so that the terminal takes the prompt as text")
    func cutOff() throws {
      let scratch = try TemporaryDirectory()
      // Kernels of noise, whose PNG is larger than what a terminal takes at a time.
      let source = try scratch.write(noise(), to: "noise.safetensors")
      let outcome = try PseudoTerminal().run(
        ["inspect", source, "--show", "conv/weights"], answer: ["\u{1b}[?62;4c"],
        whenShown: ("\u{1b}P0;1;0q", { process, _ in kill(process, SIGTERM) }))
      #expect(outcome.hasModesBack)
      #expect(outcome.status == 128 + SIGTERM)
      let text = String(decoding: outcome.output, as: UTF8.self)
      let begun = text.components(separatedBy: "\u{1b}P").count
      let ended = text.components(separatedBy: "\u{1b}P0;1;0q").last?.contains("\u{1b}\\") ?? false
      #expect(begun == 2 && ended)
    }

    private func noise() -> [UInt8] {
      var random = SeededRandom(seed: 3)
      let count = 32 * 32 * 3 * 200
      let header = #"{"conv/weights":{"dtype":"F32","shape":[32,32,3,200],"data_offsets":[0,\#(4 * count)]}}"#
      let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
      var bytes = unsafe withUnsafeBytes(of: UInt64(padded.utf8.count).littleEndian) { unsafe Array($0) } + padded.utf8
      for _ in 0..<count {
        let value = Float(Int(random.next() % 2001) - 1000) / 1000
        bytes += unsafe withUnsafeBytes(of: value.bitPattern.littleEndian) { unsafe Array($0) }
      }
      return bytes
    }

    @Test(
      "--show refuses what makes no sense with it",
      arguments: [
        ["inspect", "x", "--show", "w", "--json"], ["inspect", "x", "--show", "w", "--stats"],
        ["inspect", "x", "--show", "w", "--match", "w"], ["inspect", "x", "--show", "w", "--plan"],
        ["inspect", "x", "--show", "w", "--graph"],
        ["inspect", Fixture.path("checkpoints/v1-old-meta/model.ckpt.meta"), "--show", "w"],
        ["caption", "x", "y", "--show", "--json"],
      ])
    func refused(arguments: [String]) throws {
      let outcome = try DecantCommand.run(arguments)
      #expect(outcome.status == 64 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("--show") || outcome.errors.contains("--plan does not show variables"))
    }

    @Test("a name that is not there is an error before the terminal is asked")
    func missing() throws {
      let outcome = try PseudoTerminal().run(["inspect", Scenes.checkpoint, "--show", "logits/weight"])
      #expect(outcome.status == 65 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("logits/weights"))
    }
  }
#endif
