internal import Bytes
package import Messages
package import Tensors

/// A captioning model whose variables have im2txt's names except for something regular: one prefix before all of them, an ending on
/// all of them, another LSTM class, another scope.
///
/// Found by evidence: a few variables that no other network has suggest the difference, which counts only if the
/// variables of the model then exist, with shapes that fit, in exactly one way. A model that is already complete has
/// none.
package struct ModelCousin: Sendable, Equatable {
  /// What differs, in words, such as `the prefix 'model/'`.
  package let differences: [Message]
  /// Rename rules as JSON that lead to im2txt's names, for `decant convert --rename`; see `Schemas/rename-rules.schema.json`.
  package let rulesJSON: String
  /// How the tensors compare with im2txt under its names.
  package let examination: ModelExamination
  /// Whether the file has the weights only as the averages that training kept.
  package let hasAverages: Bool
  /// A variable's name in the file and im2txt's name for it.
  package let example: NameMap.Renaming
  private let change: NameChange
  /// Whether two tensors would have the same name, because the file has two such models.
  private let hasCollisions: Bool

  /// Finds the change that leads to the known model's names.
  ///
  /// - Parameters:
  ///   - descriptors: tensors under the names of any era of TensorFlow.
  ///   - model: the model.
  /// - Returns: nil for a model that is already complete, and unless exactly one regular change makes it the model. A
  ///   cousin that lacks some variables is found too, if more than half exist and all of them fit; see `examination`.
  package static func find(in descriptors: [TensorDescriptor], model: KnownModel = .showAndTell) -> ModelCousin? {
    // A model needs at least this many: the network alone has 376 variables.
    guard descriptors.count >= model.requirements.count / 2 else { return nil }
    let before = model.examine(descriptors)
    guard !before.isComplete else { return nil }
    // If raw weights exist, they are used, as in a model with im2txt's names.
    for averages in [NameChange.Averages.none, .all] {
      let cousins = NameChange.candidates(descriptors, averages: averages).compactMap {
        ModelCousin($0, descriptors, model)
      }
      let complete = cousins.filter(\.examination.isComplete)
      if !complete.isEmpty { return complete.count == 1 && !complete[0].hasCollisions ? complete[0] : nil }
      // A cousin that lacks a variable is identified by those that it has; a recognized model that lacks one stays what
      // it is.
      let others = cousins.filter {
        $0.examination.isRecognized && $0.examination.problems.isEmpty && !$0.hasCollisions
      }
      if !before.isRecognized, others.count == 1 { return others[0] }
    }
    return nil
  }

  private init?(_ change: NameChange, _ descriptors: [TensorDescriptor], _ model: KnownModel) {
    var renamed = descriptors
    var names: Set<ByteString> = []
    for index in renamed.indices {
      renamed[index].name = change.name(of: descriptors[index].name)
      names.insert(ByteString(renamed[index].name))
    }
    hasCollisions = names.count < renamed.count
    examination = model.examine(renamed)
    let required = model.requirements[0].name
    if change.averages == .all {
      // A file with averages of some weights and raw values of others was put together.
      let needed = Set(model.requirements.map(\.name))
      for (before, after) in zip(descriptors, renamed) where needed.contains(after.name) {
        guard NameChange.isAveraged(before.name) || NameChange.isStatistic(after.name) else { return nil }
      }
    }
    let place = renamed.firstIndex { $0.name == required }
    example = NameMap.Renaming(from: place.map { descriptors[$0].name } ?? required, to: required)
    differences = change.differences
    rulesJSON = change.rulesJSON
    hasAverages = change.averages != .none
    self.change = change
  }

  /// im2txt's name for a tensor, or its own name if the model does not need it.
  package func name(of name: String) -> String { change.name(of: name) }

  /// The tensors under im2txt's names.
  ///
  /// - Throws: `NameCollision` if two would have the same name, which the search has ruled out.
  package func renaming(_ source: any TensorSource) throws -> any TensorSource {
    try DerivedSource(source, tensors: source.descriptors.map { (change.name(of: $0.name), .stored($0.name)) })
  }

  /// A note for standard error that the names are read as im2txt's, and what differs.
  ///
  /// - Parameter path: what a person types to name the file.
  /// - Returns: several lines.
  package func notice(path: String) -> Message {
    """
    \(path): \(summary) They are read as im2txt's.
    \(remedy(path: path))
    """
  }

  /// What the file has instead of im2txt's names, and what to do.
  ///
  /// - Parameter path: what a person types to name the file.
  /// - Returns: several lines.
  package func explanation(path: String) -> Message {
    """
    \(summary)
    \(remedy(path: path))
    """
  }

  /// What the file has, in a sentence.
  package var summary: Message {
    let count: Message = examination.presentCount == examination.requiredCount ? "all" : "\(examination.presentCount)"
    return "\(count) of im2txt's \(examination.requiredCount) variables are there under other names "
      + "(\(differences.joined(separator: ", ")))\(hasAverages ? ", as averages only" : "")."
  }

  /// The rules, ready to paste, and the command that uses them.
  package func remedy(path: String) -> Message {
    """
    To write them under im2txt's names, save these rules as rules.json:
      \(rulesJSON)
    and run: decant convert \(path) -o OUT.safetensors --rename rules.json
    """
  }
}

extension CanonicalSource {
  /// Shows a captioning model under im2txt's names, whatever scheme or regular change its file uses.
  ///
  /// - Parameter source: tensors under the names of any era of TensorFlow, of PyTorch or of Keras, or a cousin of
  ///   im2txt.
  /// - Returns: the tensors, and what was changed beyond the scheme; nil if nothing was.
  /// - Throws: as `make`.
  package static func captioningModel(
    _ source: any TensorSource
  ) throws -> (source: any TensorSource, cousin: ModelCousin?) {
    let canonical = try make(source)
    guard let cousin = ModelCousin.find(in: canonical.descriptors) else { return (canonical, nil) }
    return (try cousin.renaming(canonical), cousin)
  }
}
