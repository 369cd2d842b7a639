package import Images

/// The result for one image file, with everything that a page shows of it.
package struct TracedImage: Sendable {
  /// The captions, or the error.
  package let image: CaptionedImage
  /// The best caption word by word; nil if there is none.
  package let trace: CaptionTrace?
  /// The reduced picture; nil if it cannot be decoded or the feed makes none.
  package let preview: PicturePreview?

  /// The result for an image file.
  package init(image: CaptionedImage, trace: CaptionTrace? = nil, preview: PicturePreview? = nil) {
    (self.image, self.trace, self.preview) = (image, trace, preview)
  }

  /// The best caption; nil if there is none.
  package var best: Caption? { (try? image.result.get())?.first }
}

extension Captioner {
  /// Captions images that are already being read, and traces the best caption of each word by word.
  ///
  /// The captions are the same, to the bit, as those of `captions(of:options:each:)`; memory does not grow with the
  /// number of images.
  ///
  /// - Parameters:
  ///   - feed: the images, which have previews if it makes them.
  ///   - options: how captions are searched for.
  ///   - tracing: whether the best captions are traced.
  ///   - body: called with each image in order. An error that it throws ends the work.
  package func tracedCaptions(
    of feed: ImageFeed, options: CaptionOptions = .standard, tracing: Bool = true,
    each body: (TracedImage) throws -> Void
  ) rethrows {
    for batch in feed {
      for image in traced(batch, options: options, tracing: tracing) { try body(image) }
    }
  }

  private func traced(_ batch: [ImageFeed.Item], options: CaptionOptions, tracing: Bool) -> [TracedImage] {
    let encoded = encoded(batch)
    let images = captions(of: encoded, options: options)
    let best = images.map { (try? $0.result.get())?.first?.ids ?? [] }
    // A picture without a caption is not traced, so its encoding does not matter.
    let encodings = encoded.map { try? $0.encoding.get() }
    let said = best.indices.filter { tracing && !best[$0].isEmpty && encodings[$0] != nil }
    let outcome = Result { try traces(of: said.map { best[$0] }, after: said.compactMap { encodings[$0] }) }
    var found = [CaptionTrace?](repeating: nil, count: images.count)
    if case .success(let traces) = outcome { for (index, trace) in zip(said, traces) { found[index] = trace } }
    return images.indices.map { index in
      var image = images[index]
      // The search got probabilities for the same words after the same pictures.
      if case .failure(let error) = outcome, said.contains(index) { image.result = .failure(error) }
      return TracedImage(
        image: image, trace: found[index], preview: (try? batch[index].input.get())?.preview)
    }
  }
}
