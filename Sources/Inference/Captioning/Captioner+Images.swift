internal import Engine
public import Images
internal import Vocabulary

extension Captioner {
  /// Captions image files, in the order given: one bad image does not stop the others.
  ///
  /// Files are read and decoded ahead on other threads while the network works on several images at a time. Each
  /// image's captions are the same, to the bit, as if it were the only one. The first come soon; memory does not grow
  /// with the number of images.
  ///
  /// - Parameters:
  ///   - paths: the files, JPEG or PNG.
  ///   - options: how captions are searched for.
  ///   - limits: how large a picture may be.
  ///   - body: called with each image's result, as soon as it and those before it are done. An error that it throws
  ///     ends the work.
  public func captions(
    ofImagesAt paths: [String], options: CaptionOptions = .standard, limits: ImageLimits = ImageLimits(),
    each body: (CaptionedImage) throws -> Void
  ) rethrows {
    try captions(of: feed(paths, limits: limits), options: options, each: body)
  }

  /// Captions images that are already being read.
  package func captions(
    of feed: ImageFeed, options: CaptionOptions = .standard, each body: (CaptionedImage) throws -> Void
  ) rethrows {
    for batch in feed {
      for image in captions(of: encoded(batch), options: options) { try body(image) }
    }
  }

  /// Captions pictures that are decoded, as one batch.
  ///
  /// - Returns: the captions of each picture, or why it has none, in order.
  package func captions(
    of inputs: [NetworkInput], options: CaptionOptions
  ) -> [Result<[Caption], any Error>] {
    let items = inputs.map { ImageFeed.Item(path: "", input: .success($0)) }
    return captions(of: encoded(items), options: options).map(\.result)
  }

  /// Starts to read images for this model.
  func feed(_ paths: [String], limits: ImageLimits = ImageLimits()) -> ImageFeed {
    ImageFeed(paths: paths, limits: limits, threadCount: model.threadCount)
  }

  /// An image that went through the network.
  struct EncodedImage {
    var path: String
    var warning: String?
    var encoding: Result<Encoding, any Error>
  }

  /// Runs the images of a batch that could be read through the network.
  func encoded(_ batch: [ImageFeed.Item]) -> [EncodedImage] {
    let inputs = batch.compactMap { try? $0.input.get() }
    let encodings = Result { try model.encode(inputs.flatMap(\.values), count: inputs.count) }
    var place = 0
    return batch.map { item in
      switch item.input {
      case .failure(let error): return EncodedImage(path: item.path, encoding: .failure(error))
      case .success(let input):
        defer { place += 1 }
        return EncodedImage(path: item.path, warning: input.warning, encoding: encodings.map { $0[place] })
      }
    }
  }

  /// Searches the captions of a batch of images.
  func captions(of batch: [EncodedImage], options: CaptionOptions) -> [CaptionedImage] {
    let search = BeamSearch(options: options, startID: vocabulary.startID, endID: vocabulary.endID)
    let states = batch.compactMap { try? $0.encoding.get().initialState }
    let found = Result { try search.captions(fromEach: states, model) }
    var place = 0
    return batch.map { image in
      let result: Result<[Caption], any Error>
      switch image.encoding {
      case .failure(let error): result = .failure(error)
      case .success:
        result = found.flatMap { $0[place].mapError { $0 as any Error } }
        place += 1
      }
      return CaptionedImage(path: image.path, result: result, warning: image.warning)
    }
  }
}
