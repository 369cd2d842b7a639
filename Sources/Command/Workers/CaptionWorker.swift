package import Captioning
package import Conversion
internal import Engine
internal import Images
internal import Essentials
package import Messages
internal import Threads

/// Answers requests for captions: a long-lived process that a driver feeds pictures and reads captions from.
///
/// Several threads read and decode ahead. Whatever waits when the network is free becomes its next batch, up to eight
/// pictures. A picture's captions have the same bits in every batch, so the batches show only in the speed.
package struct CaptionWorker {
  /// How requests come.
  package enum Form: String, Sendable, CaseIterable {
    /// A JSON object on each line.
    case lines
    /// Members of a tar stream.
    case tar
  }

  /// Pictures that are decoded or waiting at most: a batch, and the one after it.
  private static let depth = 2 * ShowAndTell.maximumBatchCount
  /// Enough threads to keep pace with the network, with few large pictures in memory at a time.
  private static let maximumThreadCount = 4

  private let captioner: Captioner
  private let options: CaptionOptions
  private let origin: AnswerOrigin
  private let linger: Linger

  /// A worker.
  ///
  /// - Parameters:
  ///   - captioner: the model and its words.
  ///   - options: how captions are searched for.
  ///   - model: the digest of the model's files.
  ///   - linger: how long a batch waits for more.
  package init(_ captioner: Captioner, options: CaptionOptions, model: SourceDigest, linger: Linger) {
    (self.captioner, self.options, self.linger) = (captioner, options, linger)
    origin = AnswerOrigin(model: model.name, engine: captioner.model.settings)
  }

  /// Says that it is ready, and answers requests until the input ends.
  ///
  /// - Parameters:
  ///   - input: what the driver sends.
  ///   - form: how requests come.
  ///   - output: takes one line after the other; may wait until the driver reads.
  /// - Throws: `WorkerError` for a damaged tar stream, `FileError` if the system fails to read; all requests before that
  ///   are answered.
  package func run(on input: WorkerInput, form: Form, output: (Message) -> Void) throws {
    let requests = RequestReader(input, form)
    let intake = try OrderedIntake(
      depth: Self.depth, threadCount: min(captioner.model.threadCount, Self.maximumThreadCount),
      read: { requests.next() }, prepare: PictureRequest.init)
    output(origin.ready(threadCount: captioner.model.threadCount))
    while true {
      let batch = intake.take(ShowAndTell.maximumBatchCount, linger: linger.seconds)
      if batch.isEmpty { break }
      for answer in answers(to: batch) { output(answer) }
    }
    if let failure = requests.failure { throw failure }
  }

  /// One answer for each request, in order.
  private func answers(to batch: [PictureRequest]) -> [Message] {
    let start = ContinuousClock.now
    let inputs = batch.compactMap { try? $0.input.get() }
    var captions = captioner.captions(of: inputs, options: options)[...]
    let share = (ContinuousClock.now - start) / .seconds(max(inputs.count, 1))
    return batch.map { request in
      var seconds = request.seconds
      let result = request.input.flatMap { input -> Result<CaptionAnswer, RequestFailure> in
        seconds += share
        // There is one for each input.
        return (captions.popFirst() ?? .success([])).map { captions in
          CaptionAnswer(
            captions: captions.map(captioner.printed), vocabulary: captioner.vocabulary, warning: input.warning)
        }.mapError { RequestFailure(.internal, "\($0)") }
      }
      return origin.line(request.id, result, seconds: seconds)
    }
  }
}

/// Where a worker's requests come from: lines or members.
private final class RequestReader: @unchecked Sendable {
  // Unchecked, because one thread at a time calls `next`, and `failure` is read after the last.
  private let input: WorkerInput
  private let lines: LineReader
  private var members: TarReader?

  init(_ input: WorkerInput, _ form: CaptionWorker.Form) {
    self.input = input
    lines = LineReader(input)
    members = form == .tar ? TarReader(input) : nil
  }

  /// Waits for the next request; nil at the end.
  func next() -> PictureRequest.Raw? {
    members == nil ? lines.next().map(PictureRequest.Raw.line) : members?.next().map(PictureRequest.Raw.member)
  }

  /// Why the input ended early; nil if it did not.
  var failure: (any Error)? {
    if case .failed(let error) = input.end { return error }
    return members?.failure
  }
}
