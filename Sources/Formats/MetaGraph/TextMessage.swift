internal import Files
package import Messages

/// What a file in protobuf's text format holds, judging by its first field.
///
/// Text has no signature, and messages differ only in their fields. Only the first name is parsed.
package enum TextMessage: Sendable, Equatable {
  /// A GraphDef, as `tf.train.write_graph(…, as_text=True)` writes it.
  case graph
  /// A MetaGraphDef, as `export_meta_graph(…, as_text=True)` writes it.
  case metaGraph
  /// A SavedModel, as its builder's `save(as_text=True)` writes it.
  case savedModel
  /// Labels of the Object Detection API.
  case labelMap
  /// Training settings of the Object Detection API.
  case pipeline
  /// The `checkpoint` file's content.
  case checkpointState
  /// Settings of TensorBoard's projector.
  case projector

  /// Identifies a message by the beginning of a file; nil for any other text.
  package init?(head: [UInt8]) {
    let text = String(decoding: head, as: UTF8.self)
    // Comments may come first.
    let line = text.split(whereSeparator: \.isNewline).first { line in
      let trimmed = line.drop { $0.isWhitespace || $0 == "\u{feff}" }
      return !trimmed.isEmpty && !trimmed.hasPrefix("#")
    }
    guard let line else { return nil }
    let name = line.drop { $0.isWhitespace || $0 == "\u{feff}" }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = line[name.endIndex...].drop(while: \.isWhitespace)
    guard rest.hasPrefix("{") || rest.hasPrefix(":") else { return nil }
    switch name {
    case "node", "versions", "library": self = .graph
    case "meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def": self = .metaGraph
    case "saved_model_schema_version", "meta_graphs": self = .savedModel
    case "item": self = .labelMap
    case "model", "train_config", "train_input_reader", "eval_config": self = .pipeline
    case "model_checkpoint_path", "all_model_checkpoint_paths": self = .checkpointState
    case "embeddings", "model_checkpoint_dir": self = .projector
    default: return nil
    }
  }

  /// Identifies a message by the beginning of a file; nil if it cannot be read.
  package init?(path: String) {
    guard let file = try? InputFile(path: path), let kind = try? FileKind(of: file), kind == .text,
      let head = try? file.read(at: 0, count: min(file.byteCount, 512))
    else { return nil }
    self.init(head: head)
  }

  /// What it is, as a noun without an article.
  package var title: Message {
    switch self {
    case .graph: "graph in text format"
    case .metaGraph: "graph in text format (MetaGraphDef)"
    case .savedModel: "SavedModel in text format"
    case .labelMap: "label map"
    case .pipeline: "training settings"
    case .checkpointState: "checkpoint state file"
    case .projector: "settings of TensorBoard's projector"
    }
  }
}
