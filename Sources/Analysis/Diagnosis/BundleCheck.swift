internal import Bytes
internal import Checkpoints
internal import Files
internal import Messages
internal import Tensors

/// Checks the index of a V2 checkpoint against its data files.
struct BundleCheck {
  let set: FileSet
  let index: ExaminedFile
  let source: V2Checkpoint
  let needs: DataNeeds
  private(set) var findings: [Finding] = []

  init(set: FileSet, index: ExaminedFile, source: V2Checkpoint) {
    self.set = set
    self.index = index
    self.source = source
    needs = DataNeeds(source)
  }

  /// Looks only at names and lengths; returns whether there is data to be read.
  mutating func checkFiles(isInClone: Bool) -> Bool {
    checkCounts()
    var usable = 0
    for file in set.data {
      let needed = file.shardName?.shard.flatMap { needs.byteCounts[$0] }
      if let finding = ForeignFileCheck.finding(file, needed: needed, isInClone: isInClone) {
        // Data has no signature: a file of the right length is data, whatever it begins with.
        if finding.kind != .otherFormat && finding.kind != .archive && finding.kind != .pickle
          || file.byteCount != needed
        {
          findings.append(finding)
          continue
        }
      }
      usable += 1
    }
    return usable > 0
  }

  /// Compares the shards that the index requires with those whose names fit.
  private mutating func checkCounts() {
    let present = Set(set.data.compactMap { $0.shardName.flatMap { $0.count == needs.shardCount ? $0.shard : nil } })
    let others = set.data.filter { file in file.shardName.map { $0.count != needs.shardCount } ?? false }
    let missing = needs.byteCounts.keys.filter { !present.contains($0) }.sorted()
    if let other = others.first, let shard = other.shardName {
      findings.add(
        .shardCount, .error, files: [index.path] + others.map(\.path),
        summary: "The index of \(set.name) was saved with \(HumanText.count(needs.shardCount, "data file")), but "
          + "\(other.fileName) is one of \(HumanText.grouped(shard.count)).",
        explanation: "The index and the data are from different saves, or a data file was renamed. The numbers in its "
          + "name must stay as they are.",
        remedy: Remedy("Copy the index and the data of one save again, and keep their names."))
      if present.isEmpty { return }
    }
    guard !missing.isEmpty else { return }
    let lost = source.descriptors.count { descriptor in
      guard let location = descriptor.location, source.files.indices.contains(location.file) else { return false }
      return source.files[location.file].byteCount == nil && descriptor.byteCount > 0
    }
    let bytes = needs.byteCounts.filter { missing.contains($0.key) }.values.reduce(0) { $0.addingChecked($1) ?? .max }
    let names: Message = "\(list: missing.map { source.shardPath($0).lastPart }, upTo: 3)"
    let all = missing.count == needs.byteCounts.count && present.isEmpty
    let place: Message =
      all
      ? "the numbers are in \(names), which should have \(HumanText.count(bytes, "byte"))."
      : "\(HumanText.grouped(lost)) of them are in \(names), \(HumanText.count(bytes, "byte")) in all."
    findings.add(
      all ? .missingData : .missingShard, .error, files: [index.path],
      summary: all
        ? "The data of \(set.name) is missing: only the index is here."
        : """
        \(missing.count) of the \(needs.byteCounts.count) data files of \(set.name) \
        \(missing.count.noun("is", "are")) missing.
        """,
      explanation:
        "The index lists \(HumanText.count(source.descriptors.count, "variable")) with their shapes; \(place)",
      remedy: Remedy("Copy the data from the same source as the index, and keep the names."))
  }

  /// Judges the results of reading every tensor.
  mutating func checkData(_ reading: DataReading, others: [FileSet]) {
    for (shard, needed) in needs.byteCounts.sorted(by: { $0.key < $1.key }) {
      guard
        let file = set.data.first(where: { $0.shardName?.shard == shard && $0.shardName?.count == needs.shardCount }),
        !findings.contains(where: { $0.files.first == file.path }), let byteCount = file.byteCount
      else { continue }
      let wrong = reading.wrong.filter { lies($0.descriptor, in: file) }.map(\.descriptor)
      let sound = reading.sound.filter { lies($0, in: file) }
      check(file, byteCount: byteCount, needed: needed, wrong: wrong, sound: sound, others: others)
    }
    checkSlices(reading)
  }

  private mutating func check(
    _ file: ExaminedFile, byteCount: Int, needed: Int, wrong: [TensorDescriptor], sound: [TensorDescriptor],
    others: [FileSet]
  ) {
    // Damage hits a few tensors; the data of another save differs nearly everywhere.
    let isOtherSave = wrong.count > sound.count && wrong.count + sound.count > 1
    if isOtherSave {
      findings.append(
        differentSaves(file, byteCount: byteCount, needed: needed, wrong: wrong, sound: sound, others: others))
      return
    }
    if byteCount < needed {
      findings.append(truncated(file, byteCount: byteCount, needed: needed, sound: sound))
    } else if byteCount > needed, wrong.isEmpty, needs.isExact {
      findings.add(
        .surplusData, .note, files: [file.path],
        summary: "\(file.fileName) has \(HumanText.count(byteCount - needed, "byte")) more than its index uses.",
        explanation: "Every variable is where the index says, and its checksum matches, so nothing is lost.")
    }
    if !wrong.isEmpty {
      findings.add(
        .damagedData, .error, files: [file.path],
        summary: "\(file.fileName) is damaged: the \(wrong.count.noun("checksum", "checksums")) of "
          + "\(HumanText.count(wrong.count, "variable does", "variables do")) not match.",
        explanation: """
          Damaged: \(names(wrong)). \(HumanText.count(sound.count, "other variable is", "other variables are")) as \
          TensorFlow wrote \(sound.count.noun("it", "them")).
          """,
        remedy: Remedy(
          "Copy the file again. If the original is gone, save the variables that are intact:", commands: [recover]))
    }
  }

  private var recover: String { ShellText.command("decant", "recover", set.prefix, "-o", "salvaged.safetensors") }

  private func truncated(_ file: ExaminedFile, byteCount: Int, needed: Int, sound: [TensorDescriptor]) -> Finding {
    let missing = needed - byteCount
    let whole: Message =
      sound.isEmpty
      ? "No variable in it is intact."
      : """
      \(HumanText.count(sound.count, "variable")) before the cut \(sound.count.noun("is", "are")) intact: the checksums \
      match.
      """
    // A single variable far after the others may also be a wrong entry in the index.
    let isLone =
      source.descriptors.count { descriptor in
        lies(descriptor, in: file)
          && (descriptor.location?.offset).map { $0 > byteCount - min(byteCount, descriptor.byteCount) } == true
      } == 1
    return Finding(
      .truncatedData, .error, certainty: isLone ? .likely : .certain, files: [file.path, index.path],
      summary: "\(file.fileName) is cut short: \(HumanText.grouped(missing)) of "
        + "\(HumanText.count(needed, "byte is", "bytes are")) missing.",
      explanation: "\(whole) This is usually an interrupted download.",
      remedy: Remedy(
        "Download or copy it again.\(sound.isEmpty ? "" : " If the original is gone, save what is intact:")",
        commands: sound.isEmpty ? [] : [recover]))
  }

  private func differentSaves(
    _ file: ExaminedFile, byteCount: Int, needed: Int, wrong: [TensorDescriptor], sound: [TensorDescriptor],
    others: [FileSet]
  ) -> Finding {
    let match = SaveMatch.find(index: index, data: file, of: set, among: others)
    let count = HumanText.count(wrong.count + sound.count, "variable")
    var evidence: Message = "The checksums of \(wrong.count) of \(count) do not match, "
    if byteCount == needed {
      evidence +=
        "although the length is right: the two come from different saves of one model, or the data was damaged "
        + "throughout."
    } else {
      evidence +=
        "and the length is wrong too: the data has \(HumanText.count(byteCount, "byte")), but the index "
        + "requires \(HumanText.grouped(needed))."
    }
    if let match { evidence += " \(match.words)" }
    let apart = abs(file.modified - index.modified)
    if match == nil, apart > 3600 {
      evidence += " They were last modified \(SaveMatch.words(seconds: apart)) apart."
    }
    return Finding(
      .differentSaves, .error, certainty: match == nil ? .likely : .certain, files: [index.path, file.path],
      summary: "\(index.fileName) and \(file.fileName) are from different saves.",
      explanation: evidence,
      remedy: match?.remedy ?? Remedy("Copy the index and the data again, both from the same save."), fix: match?.fix)
  }

  /// Variables in slices are in several places, so they are judged separately.
  private mutating func checkSlices(_ reading: DataReading) {
    let failed = reading.wrong.filter { $0.descriptor.location == nil }.map(\.descriptor)
    guard !failed.isEmpty, !findings.contains(where: { $0.kind == .differentSaves || $0.kind == .damagedData }) else {
      return
    }
    findings.add(
      .damagedData, .error, files: set.data.map(\.path),
      summary:
        "The data of \(set.name) is damaged: \(HumanText.count(failed.count, "variable")) in slices cannot be trusted.",
      explanation: "The checksums do not match: \(names(failed)).",
      remedy: Remedy("Copy the data files again.", commands: [recover]))
  }

  private func lies(_ descriptor: TensorDescriptor, in file: ExaminedFile) -> Bool {
    guard let location = descriptor.location, source.files.indices.contains(location.file) else { return false }
    return source.files[location.file].path == file.path
  }

  private func names(_ descriptors: [TensorDescriptor]) -> Message { "\(list: descriptors.map(\.name), upTo: 3)" }
}
