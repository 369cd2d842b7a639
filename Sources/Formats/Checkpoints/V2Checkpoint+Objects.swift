internal import Bytes
internal import Messages
internal import ProtobufWire
package import Tensors
internal import Threads

/// What the object graph of a checkpoint says.
struct CheckpointObjects: Sendable {
  var graph: ObjectGraph?
  var origins: [TensorOrigin?] = []
  var problems: [SourceProblem] = []
}

extension V2Checkpoint: ChecksumListing {
  /// The index's checksum of a tensor that is stored whole.
  package func storedChecksum(of descriptor: TensorDescriptor) -> UInt32? {
    guard let index = descriptors.index(ofName: descriptor.name), case .whole(let stored) = contents[index] else {
      return nil
    }
    return stored.maskedChecksum
  }
}

extension V2Checkpoint {
  /// The objects of the program that saved the checkpoint; nil if it is not object-based, or its graph cannot be read.
  package var objectGraph: ObjectGraph? { objects.graph }

  /// Missing data files, entries that cannot be described, and oddities.
  package var problems: [SourceProblem] { listingProblems + objects.problems }

  /// The paths, the full name and the slot of a tensor of an object-based checkpoint.
  package func origin(of descriptor: TensorDescriptor) -> TensorOrigin? {
    let origins = objects.origins
    guard !origins.isEmpty, let index = descriptors.index(ofName: descriptor.name) else { return nil }
    return origins[index]
  }

  /// Read on first use.
  private var objects: CheckpointObjects {
    storedObjects.withLock { stored in
      if let stored { return stored }
      let objects = readObjects()
      stored = objects
      return objects
    }
  }

  private func readObjects() -> CheckpointObjects {
    guard let index = descriptors.index(ofName: ObjectGraph.key), descriptors[index].dtype == .string else {
      return CheckpointObjects()
    }
    func problem(_ defect: ObjectGraphDefect, _ severity: SourceProblem.Severity) -> SourceProblem {
      let error = CheckpointError(.objectGraph(defect), file: prefix + ".index", tensor: ObjectGraph.key)
      return SourceProblem(tensor: ObjectGraph.key, error: error, severity: severity)
    }
    let shape = descriptors[index].shape
    guard shape.elementCount == 1 else {
      return CheckpointObjects(problems: [problem(.notOneString(shape), .note)])
    }
    let bytes: [UInt8]
    do {
      bytes = try readStrings(descriptors[index]).first ?? []
    } catch {
      // Reading the tensor reports this again. If its shard is missing, almost nothing can be read, which was already reported.
      return CheckpointObjects()
    }
    do throws(WireError) {
      let graph = try ObjectGraph(parsing: bytes.rawSpan)
      let found = ObjectOrigins(graph, of: descriptors)
      return CheckpointObjects(graph: graph, origins: found.origins, problems: found.defects.map { problem($0, .note) })
    } catch {
      return CheckpointObjects(problems: [problem(.unreadable("\(error)"), .unreadable)])
    }
  }
}
