internal import Files
internal import Essentials
internal import Messages
internal import TensorFiles

/// Files that are not what their names say, or that cannot be read at all.
enum ForeignFileCheck {
  /// What is wrong with a file that should hold a checkpoint's content; nil if its bytes may be right.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - needed: the length that an index requires, if one does.
  ///   - isInClone: whether the files are in a clone of a Git repository.
  /// - Returns: nil if nothing is wrong with it.
  static func finding(_ file: ExaminedFile, needed: Int? = nil, isInClone: Bool = false) -> Finding? {
    if let finding = unreadable(file) { return finding }
    let name = file.fileName
    let role = file.role.noun
    func error(_ kind: FindingKind, _ summary: Message, _ explanation: Message, _ remedy: Remedy) -> Finding {
      Finding(kind, .error, files: [file.path], summary: summary, explanation: explanation, remedy: remedy)
    }
    switch file.kind {
    case .empty:
      return error(
        .emptyFile, "\(name) is empty.", "The download or copy of the \(role) failed, or the disk was full.",
        Remedy("Copy the file again from its source."))
    case .lfsPointer(let byteCount): return lfsPointer(file, byteCount: byteCount, needed: needed, isInClone)
    case .html:
      return error(
        .webPage, "\(name) is a web page, saved instead of the \(role).",
        "Some download links lead to a web page instead of the file. "
          + "\(pageTitle(file.head).map { "This one is titled '\($0)'." } ?? "Open it in a browser to see it.")",
        Remedy(
          "Open the page's address in a browser and download the file itself; on GitHub, use the Raw or Download button."
        ))
    case .gzip, .bzip2, .xz, .zstandard, .zip, .tar: return archive(file)
    case .pickle:
      return torch(file, "a Python pickle, probably a PyTorch file")
    case .jpeg, .png, .gif, .bmp, .webp, .tiff, .avif, .heic, .jpeg2000, .jpegXL:
      let format: Message = file.kind.flatMap(PictureFormat.name).map { " (\($0))" } ?? ""
      return error(
        .otherFormat, "\(name) is an image\(format)\(isNot(file)).", "",
        Remedy("Find the file that this name belongs to."))
    case .hdf5, .safetensors:
      let format = file.kind == .hdf5 ? "an HDF5 file" : "a safetensors file"
      return Finding(
        .otherFormat, .warning, files: [file.path],
        summary: "\(name) is \(format) with the name of a \(role).",
        explanation: "TensorFlow does not read it as a checkpoint. Decant looks at the content.",
        remedy: Remedy("See what is in it:", run: "decant", "inspect", file.path))
    case .text where !isTextual(file.role):
      return error(
        .otherFormat, "\(name) is text\(isNot(file)).",
        "It begins: '\(firstLine(file.head))'.", Remedy("Find the file that this name belongs to."))
    default: return nil
    }
  }

  /// What keeps a file from being read.
  static func unreadable(_ file: ExaminedFile) -> Finding? {
    let name = file.fileName
    switch file.state {
    case .readable: return nil
    case .brokenLink(let target):
      return Finding(
        .brokenLink, .error, files: [file.path],
        summary: "\(name) is a symbolic link to \(target), which does not exist.",
        explanation: "The link was copied without the file that it points to.",
        remedy: Remedy(
          "Copy the file itself, following links:", commands: ["cp -L SOURCE " + ShellText.quoted(file.path)]))
    case .unreadable(let code):
      return Finding(
        .unreadable, .error, files: [file.path],
        summary: "\(name) cannot be opened: \(String(systemErrorNumber: code)).",
        remedy: code == EACCES || code == EPERM
          ? Remedy("If it is yours, give yourself permission to read it:", run: "chmod", "u+r", file.path)
          : Remedy("The disk or the connection to it may be failing; copy the file elsewhere first."))
    case .notRegular:
      return Finding(
        .notRegular, .error, files: [file.path],
        summary: "\(name) is a pipe, socket or device, not a regular file.",
        remedy: Remedy("Copy its content into a file first."))
    }
  }

  /// What it should be, if its name shows that.
  private static func isNot(_ file: ExaminedFile) -> Message {
    switch file.role {
    case .v1, .index, .data, .meta, .stateFile, .vocabulary, .savedModel: ", not a \(file.role.noun)"
    default: ""
    }
  }

  private static func isTextual(_ role: FileRole) -> Bool {
    switch role {
    case .stateFile, .vocabulary, .wordList, .asset, .known, .meta: true
    default: false
    }
  }

  private static func lfsPointer(_ file: ExaminedFile, byteCount: Int?, needed: Int?, _ isInClone: Bool) -> Finding {
    var evidence: Message = "The file has \(HumanText.count(file.byteCount ?? 0, "byte")) of text"
    if let byteCount { evidence += "; the real one has \(HumanText.grouped(byteCount))" }
    evidence += "."
    if let needed, let byteCount {
      evidence +=
        needed == byteCount
        ? " That is exactly what the index beside it needs."
        : " The index beside it needs \(HumanText.grouped(needed)), so the real one is from another save."
    }
    return Finding(
      .lfsPointer, .error, files: [file.path],
      summary: "\(file.fileName) is a Git LFS pointer, not the data.",
      explanation: "\(evidence) GitHub stores large files separately, and a clone or a ZIP download without Git LFS "
        + "has only pointers to them.",
      remedy: Remedy(
        isInClone
          ? "Install Git LFS and fetch the real files:"
          : "In a clone of the repository that it came from, with Git LFS installed, fetch the real files:",
        commands: ["git lfs install", "git lfs pull"]))
  }

  private static func archive(_ file: ExaminedFile) -> Finding? {
    let member = file.kind == .zip ? ZipMember.first(in: file.head) : nil
    let name = file.fileName
    if let member, member.hasSuffix("data.pkl") || member.hasSuffix("/version") {
      return torch(file, "a PyTorch file")
    }
    if file.kind == .tar, TensorFile.isWeightFile(file.path) { return torch(file, "a PyTorch file of 2016") }
    let (words, command): (Message, String) =
      switch file.kind {
      case .zip: ("a zip archive", ShellText.command("unzip", file.path))
      case .tar: ("a tar archive", ShellText.command("tar", "-xkf", file.path))
      default:
        file.fileName.contains("tar") || file.fileName.hasSuffix(".tgz")
          ? ("a compressed tar archive", ShellText.command("tar", "-xzkf", file.path))
          : (
            "compressed with gzip",
            // `-k` keeps the file, and gunzip asks before it replaces another; `>` would not.
            file.path.hasSuffix(".gz")
              ? ShellText.command("gunzip", "-k", file.path)
              : "gunzip -c " + ShellText.quoted(file.path) + " > " + ShellText.quoted(file.path + ".unpacked")
          )
      }
    let poses = file.role.isPartOfCheckpoint
    return Finding(
      .archive, poses ? .error : .note, files: [file.path],
      summary: "\(name) is \(words)\(isNot(file)).",
      explanation: member.map { "Its first member is \($0)." } ?? "",
      remedy: Remedy("Unpack it, then look again:", commands: [command]))
  }

  private static func torch(_ file: ExaminedFile, _ what: Message) -> Finding {
    Finding(
      .pickle, .warning, files: [file.path],
      summary: "\(file.fileName) is \(what)\(isNot(file)).",
      explanation: "TensorFlow does not read it. Decant looks at the content, and executes nothing in it.",
      remedy: Remedy("See what is in it:", run: "decant", "inspect", file.path))
  }

  private static func pageTitle(_ head: [UInt8]) -> String? {
    let text = String(decoding: head, as: UTF8.self)
    guard let match = text.firstMatch(of: /(?i)<title[^>]*>\s*([^<]{1,80})/) else { return nil }
    return String(match.1).trimmingBlanks
  }

  private static func firstLine(_ head: [UInt8]) -> String {
    let line = head.prefix(60).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).first ?? []
    return String(escapingInvalidUTF8: line)
  }
}

/// The first member's name of a zip archive.
enum ZipMember {
  /// Nil if the head is too short or is not a local header.
  ///
  /// - Source: PKWARE's APPNOTE, 4.3.7: local file header, name of `n` bytes at 30, `n` at 26.
  static func first(in head: [UInt8]) -> String? {
    guard head.count > 30, head.starts(with: [0x50, 0x4b, 0x03, 0x04]) else { return nil }
    let count = Int(head[26]) | Int(head[27]) << 8
    guard count > 0, head.count >= 30 + count else { return nil }
    return String(escapingInvalidUTF8: head[30..<30 + count])
  }
}
