// Every Swift example of the documentation, compiled as a program outside this package would be: `ExamplesTests` finds each block of
// each page here, line by line. A block that goes on where another ended is in the same function.

import Decant

/// `From checkpoint to Swift arrays`, top to bottom. Runs where the files that it names are.
public func fromCheckpointToSwiftArrays() throws {
  let source = try TensorFile.open("model.ckpt-3000000")

  do {
    _ = try TensorFile.open("model.ckpt-404")
  } catch {
    print(error)
  }

  for tensor in source.descriptors where tensor.dtype == .float32 {
    print(tensor.name, tensor.shape, tensor.byteCount)
  }

  for problem in source.problems {
    print(problem.tensor ?? "the whole file", problem.error)
  }

  let bias = try source.readArray(of: Float.self, named: "logits/biases")
  let step = try source.readArray(of: Int.self, named: "global_step")

  let embedding = try source.requireDescriptor(named: "seq_embedding/map")
  let depth = embedding.shape.dimensions[1]
  let values = try source.readArray(of: Float.self, embedding)
  let thirdWord = values[2 * depth..<3 * depth]
  print(thirdWord.count)

  var byteCount = 0
  try source.read(embedding, maximumByteCount: 1 << 20) { piece in
    byteCount += piece.byteCount
  }
  print(byteCount)

  let report = try Converter().convert("model.ckpt-3000000", to: "im2txt.safetensors")
  print(report.descriptors.count)

  print("bias", bias.count, "step", step)
}

/// The README.
func readme() throws {
  let checkpoint = try TensorFile.open("model.ckpt-3000000")
  for tensor in checkpoint.descriptors {
    print(tensor.name, tensor.dtype, tensor.shape)
  }
  let bias = try checkpoint.readArray(of: Float.self, named: "logits/biases")  // checksums verified
  print(bias.count)
}

/// The overview of `Conversion`.
func conversion() throws {
  var options = ConversionOptions()
  options.inferenceOnly = true
  let report = try Converter(options: options).convert("model.ckpt-3000000", to: "model.safetensors")
  print(report.skipped.count)
}

/// The overview of `Captioning`.
func captioning() throws {
  let source = try TensorFile.open("model.safetensors")
  let captioner = try Captioner(source: source)
  let captions = try captioner.captions(of: RGBImage(path: "surfer.jpg"))
  print(captioner.printed(captions[0]).text, captions[0].probability)
}

/// Many images, in the overview of `Captioning`.
func captioningManyImages(captioner: Captioner, paths: [String]) {
  captioner.captions(ofImagesAt: paths) { image in
    switch image.result {
    case .success(let captions): print(image.name, captions.first.map { captioner.printed($0).text } ?? "")
    case .failure(let error): print(error)
    }
  }
}

/// The overview of `Engine`.
func engine(source: any TensorSource, pixels: [Float], startID: Int) throws {
  let model = try ShowAndTell(source: source)
  let encoding = try model.encode(pixels, count: 1)[0]  // [1, 299, 299, 3], values in -1...1
  let step = try model.step(words: [startID], states: [encoding.initialState])
  print(step.probabilities.count)
}

/// The overview of `Comparison`.
func comparison() throws {
  let diff = try SourceDiff(TensorFile.open("model.ckpt-2000000"), TensorFile.open("model.ckpt-3000000"))
  for change in diff.valueChanges { print(change.name, change.values?.maximumAbsolute ?? .nan) }
}

/// The overview of `Recovery`.
func recovery() throws {
  let report = try RecoveryReport(recovering: "model.ckpt-3000000", to: "salvaged.safetensors")
  print(RecoveryText.report(report))
}

/// The overview of `ModelMapping`.
func modelMapping() throws {
  let source = try CanonicalSource.make(TensorFile.open("export.safetensors"))
  let pytorch = try NamingScheme.pytorch.show(source)
  print(pytorch.descriptors.count)
}

/// What else a program does: write, inspect, verify, read words, diagnose.
func tasks(paths: [String]) throws {
  let inspection = try SourceInspection(of: paths[0])
  print(inspection.text, try inspection.document.json())

  let integrity = IntegrityReport(checking: try TensorFile.open(paths[0]))
  print(integrity.isSound, integrity.failures.map(\.message))

  let verification = try ModelVerification(comparing: paths[0], with: paths[1])
  print(verification.passes, VerificationText.report(verification))

  let words = try VocabularyFile(path: paths[2]).vocabulary()
  print(words.count, words.text(of: [1, 2]))

  let report = try Doctor.examine(paths)
  print(report.isHealthy, DoctorText.render(report, width: 100))

  do {
    _ = try TensorFile.open("missing.ckpt")
  } catch let error as any DecantError {
    print(error.message, error.category.rawValue)
  }
}

/// The overview of `Messages`.
func messages(path: String, name: String) {
  let message: Message = "\(path): tensor '\(name)' is missing."
  print(message)
}
