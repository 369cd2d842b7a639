internal import Bytes
internal import Kernels
internal import Messages
internal import Tensors
internal import Threads

/// The network that turns images into pooled features: a plan and the weights it refers to.
final class InceptionV3: Sendable {
  /// Images that go through the network together; more are taken in turns, so that memory stays bounded.
  static let maximumBatchCount = 8

  private let widths: [Int]
  private let imageSize: Int
  private let mix: AlgorithmMix
  private let usesReferenceKernels: Bool
  /// By place in `Architecture.convolutionNames`.
  private let weights: [ConvolutionWeights]
  private let pool: WorkerPool
  /// Plans that were made so far, by number of images.
  private let plans = Guarded<[Int: InceptionV3Plan]>([:])
  /// Memory of earlier calls, kept for the next.
  private let idleWorkspaces = Guarded<[Workspace]>([])

  /// Memory for one call at a time; it grows with what the plans need.
  private final class Workspace: @unchecked Sendable {
    // Sendable by hand: one call uses it at a time, or none while it is in `idleWorkspaces`.
    var memory = AlignedFloats(count: 0)
    var scratch = AlignedFloats(count: 0)

    /// What `makeRoom` would ask the system for.
    func missingByteCount(for plan: InceptionV3Plan, threadCount: Int) -> Int {
      let scratchCount = plan.scratchCount(threadCount: threadCount)
      let missing =
        (memory.count < plan.memoryCount ? plan.memoryCount : 0) + (scratch.count < scratchCount ? scratchCount : 0)
      return missing * MemoryLayout<Float>.stride
    }

    func makeRoom(for plan: InceptionV3Plan, threadCount: Int) {
      if memory.count < plan.memoryCount { memory = AlignedFloats(count: plan.memoryCount) }
      let scratchCount = plan.scratchCount(threadCount: threadCount)
      if scratch.count < scratchCount { scratch = AlignedFloats(count: scratchCount) }
    }
  }

  /// A network of the given widths and weights, by place in `Architecture.convolutionNames`.
  init(
    widths: [Int], weights: [ConvolutionWeights], imageSize: Int, mix: AlgorithmMix, usesReferenceKernels: Bool,
    pool: WorkerPool
  ) {
    self.widths = widths
    self.weights = weights
    self.imageSize = imageSize
    self.mix = mix
    self.usesReferenceKernels = usesReferenceKernels
    self.pool = pool
  }

  /// The plan for that many images.
  func plan(count: Int) throws -> InceptionV3Plan {
    if let plan = plans.withLock({ $0[count] }) { return plan }
    let plan = try InceptionV3Plan(
      count: count, imageSize: imageSize, mix: mix, usesReferenceKernels: usesReferenceKernels,
      mergesBranches: !usesReferenceKernels
    ) { index, _, _ in widths[index] }
    plans.withLock { $0[count] = plan }
    return plan
  }

  /// The pooled features of images, `[count, pooledSize]`.
  ///
  /// - Precondition: `images` has that many images.
  func pooled(_ images: [Float], count: Int, observing observer: ((Activation) throws -> Void)?) throws -> [Float] {
    var result: [Float] = []
    let imageCount = imageSize * imageSize * 3
    var first = 0
    while first < count {
      let batchCount = try affordableCount(of: min(Self.maximumBatchCount, count - first))
      defer { first += batchCount }
      let batch = images.span.extracting(first * imageCount..<(first + batchCount) * imageCount)
      result += try run(batch, count: batchCount) { step, memory in
        guard let observer else { return }
        if case .branches(let branches) = step.operation {
          for branch in branches where !branch.isUnfinished {
            try observer(unsafe Activation(branch.name, branch.output.layout, memory[branch.output]))
          }
        } else {
          try observer(unsafe Activation(step.name, step.output.layout, memory[step.output]))
        }
        if let (stage, place) = step.completes, stage != step.name {
          try observer(unsafe Activation(stage, place.layout, memory[place]))
        }
      }
    }
    return result
  }

  /// How many of the images fit into memory at once; the results do not depend on it.
  ///
  /// - Throws: `EngineDefect.outOfMemory` if one is too many.
  private func affordableCount(of wanted: Int) throws -> Int {
    let workspace = idleWorkspaces.withLock { $0.last } ?? Workspace()
    var count = wanted
    while true {
      let byteCount = workspace.missingByteCount(for: try plan(count: count), threadCount: pool.threadCount)
      if MemoryRoom.has(byteCount) { return count }
      guard count > 1 else { throw EngineError(.outOfMemory(byteCount: byteCount)) }
      count /= 2
    }
  }

  /// How long each layer takes for one batch of images.
  func timings(_ images: [Float], count: Int) throws -> [LayerTiming] {
    var timings: [LayerTiming] = []
    let clock = ContinuousClock()
    var last = clock.now
    _ = try run(images.span, count: count) { step, _ in
      let now = clock.now
      timings.append(LayerTiming(name: step.name, multiplicationCount: step.multiplicationCount, duration: now - last))
      last = now
    }
    return timings
  }

  /// The values that a plan places in the common memory.
  @safe
  private struct Memory {
    let plan: InceptionV3Plan
    let floats: UnsafeMutableBufferPointer<Float>

    subscript(place: InceptionV3Plan.Place) -> UnsafeMutableBufferPointer<Float> {
      let start = (plan.offsets[place.value] ?? 0) + place.channel
      return unsafe UnsafeMutableBufferPointer(rebasing: floats[start..<start + place.layout.spanCount])
    }
  }

  private func run(
    _ images: Span<Float>, count: Int, afterStep: (InceptionV3Plan.Step, borrowing Memory) throws -> Void
  ) throws -> [Float] {
    let plan = try plan(count: count)
    let workspace = idleWorkspaces.withLock { $0.popLast() } ?? Workspace()
    workspace.makeRoom(for: plan, threadCount: pool.threadCount)
    let result = try unsafe workspace.memory.withUnsafeMutableBufferPointer { floats in
      try unsafe workspace.scratch.withUnsafeMutableBufferPointer { scratch in
        let memory = unsafe Memory(plan: plan, floats: floats)
        var scratch = unsafe MutableSpan(_unsafeElements: scratch)
        for step in plan.steps {
          // A step's input and output are alive together, so the plan keeps them apart and both spans may exist.
          let input = step.input.value == 0 ? images : unsafe Span(_unsafeElements: memory[step.input])
          perform(step, input, memory, scratch: &scratch)
          try afterStep(step, memory)
        }
        return unsafe Array(memory[plan.output])
      }
    }
    // One is enough for callers that come one after the other.
    idleWorkspaces.withLock { $0 = [workspace] }
    return result
  }

  private func perform(
    _ step: InceptionV3Plan.Step, _ input: Span<Float>, _ memory: borrowing Memory, scratch: inout MutableSpan<Float>
  ) {
    let (inputLayout, outputLayout) = (step.input.layout, step.output.layout)
    var output = unsafe MutableSpan(_unsafeElements: memory[step.output])
    switch step.operation {
    case .convolution(let index, let window, _):
      weights[index].convolve(
        input, inputLayout, window: window, into: &output, outputLayout, scratch: &scratch, on: pool)
    case .branches(let branches):
      if case .split? = branches.first?.algorithm {
        let branches = branches.map { branch in
          unsafe Conv2D.Branch(
            weights: weights[branch.index].split, output: memory[branch.output], branch.output.layout,
            finish: branch.isUnfinished ? .none : .biasAndReLU)
        }
        Conv2D.splitBranches(input, inputLayout, branches, scratch: &scratch, on: pool)
      } else {
        let branches = branches.map { branch in
          unsafe Conv2D.Branch(
            weights: weights[branch.index].matrix, output: memory[branch.output], branch.output.layout,
            finish: branch.isUnfinished ? .none : .biasAndReLU)
        }
        Conv2D.branches(input, inputLayout, branches, on: pool)
      }
    case .finishingAverage(let index, let window):
      Pooling.average.run(
        input, inputLayout, window: window, biasAndReLU: weights[index].biased, output: &output, outputLayout, on: pool)
    case .pool(let pooling, let window):
      if usesReferenceKernels {
        pooling.reference(input, inputLayout, window: window, output: &output, outputLayout)
      } else {
        pooling.run(input, inputLayout, window: window, output: &output, outputLayout, on: pool)
      }
    }
  }
}

extension Activation {
  /// Copies a place of a plan, whose pixels may lie apart, into values without gaps.
  fileprivate init(_ name: String, _ layout: MapLayout, _ values: UnsafeMutableBufferPointer<Float>) throws {
    let shape = layout.shape
    var copied: [Float] = []
    copied.reserveCapacity(shape.elementCount)
    if layout.isContiguous { unsafe copied.append(contentsOf: values) }
    for pixel in 0..<shape.pixelCount where !layout.isContiguous {
      let start = pixel * layout.pixelStride
      unsafe copied.append(contentsOf: values[start..<start + shape.channels])
    }
    self.init(name: name, shape: try Shape([shape.count, shape.height, shape.width, shape.channels]), values: copied)
  }
}
