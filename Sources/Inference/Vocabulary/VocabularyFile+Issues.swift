internal import Messages

extension VocabularyFile {
  /// Everything worth knowing about the lines.
  static func issues(of lines: [Line], _ rawLines: [ArraySlice<UInt8>], _ form: Form) -> [VocabularyIssue] {
    var perLine: [VocabularyIssue] = []
    var firstIDs: [WordKey: Int] = [:]
    var previousCount: Int?
    let hasCounts = lines.contains { $0.count != nil }
    for (id, (line, raw)) in zip(lines, rawLines).enumerated() {
      func add(_ kind: VocabularyIssue.Kind) { perLine.append(VocabularyIssue(kind, line: id + 1)) }
      for kind in spellingIssues(of: line, raw, form) { add(kind) }
      if !line.word.isEmpty {
        let key = WordKey(line.word)
        if let first = firstIDs[key] { add(.duplicate(line.word, firstLine: first + 1)) } else { firstIDs[key] = id }
      }
      if let count = line.count {
        if let previousCount, count > previousCount { add(.increasingCount(count, previous: previousCount)) }
        previousCount = count
      } else if let text = countText(of: raw, form) {
        add(.invalidCount(String(escapingInvalidUTF8: text)))
      } else if hasCounts, !line.word.isEmpty {
        add(.missingCount)
      }
    }
    return wholeFileIssues(of: firstIDs, lineCount: lines.count) + perLine
  }

  /// What is wrong with how the word is written.
  private static func spellingIssues(of line: Line, _ raw: ArraySlice<UInt8>, _ form: Form) -> [VocabularyIssue.Kind] {
    let text = raw.drop(while: \.isASCIIWhitespace)
    if line.word.isEmpty { return [.emptyWord] }
    var kinds: [VocabularyIssue.Kind] = []
    let literal = Result { () throws(PythonLiteral.Damage) in try PythonLiteral(parsing: text) }
    switch (literal, form) {
    case (.success(let literal?), .plain):
      if literal.prefix != .unprefixed {
        kinds.append(.literalAmongPlainWords(line.word))
      } else if line.word.utf8.first == UInt8(ascii: "\""), literal.byteCount == line.word.utf8.count {
        kinds.append(.damagedByCleaner(line.word))
      }
    case (.success(let literal?), _):
      if literal.value.contains(where: \.isASCIIWhitespace) { kinds.append(.whitespaceInWord(line.word)) }
      if String(validating: literal.value, as: UTF8.self) == nil { kinds.append(.invalidUTF8(line.word)) }
      return kinds
    case (.failure, .plain): break
    case (.failure, _): kinds.append(.damagedLiteral(line.word))
    case (.success(nil), .plain): break
    case (.success(nil), _): kinds.append(.plainWordAmongLiterals(line.word))
    }
    if String(validating: line.cleanBytes, as: UTF8.self) == nil { kinds.append(.invalidUTF8(line.word)) }
    return kinds
  }

  /// What follows the word.
  private static func countText(of raw: ArraySlice<UInt8>, _ form: Form) -> ArraySlice<UInt8>? {
    let text = raw.drop(while: \.isASCIIWhitespace)
    if form != .plain, let literal = try? PythonLiteral(parsing: text) {
      return Line.count(in: text.dropFirst(literal.byteCount))
    }
    return Line.count(in: text.drop { !$0.isASCIIWhitespace })
  }

  private static func wholeFileIssues(of firstIDs: [WordKey: Int], lineCount: Int) -> [VocabularyIssue] {
    var issues: [VocabularyIssue] = []
    let start = firstIDs[WordKey(Vocabulary.startWord)]
    let end = firstIDs[WordKey(Vocabulary.endWord)]
    if start == nil { issues.append(VocabularyIssue(.missingWord(Vocabulary.startWord))) }
    if end == nil { issues.append(VocabularyIssue(.missingWord(Vocabulary.endWord))) }
    if let start, let end, end < start {
      issues.append(VocabularyIssue(.endBeforeStart(startID: start, endID: end), line: end + 1))
    }
    if firstIDs[WordKey(Vocabulary.unknownWord)] == nil {
      issues.append(VocabularyIssue(.unknownWordAppended(id: lineCount)))
    }
    return issues
  }
}
