internal import Images

extension Captioner {
  /// Captions the images of a file of expectations again and compares.
  ///
  /// Every image is decoded and encoded once, whatever the number of runs that have it. An expectation that has no captions
  /// for an image, because its program refused it, is passed over.
  ///
  /// - Parameters:
  ///   - runs: what is expected.
  ///   - directory: where the images are.
  ///   - progress: called with each image's name before it is worked on.
  /// - Returns: what differs; an image that cannot be read counts as a difference.
  public func comparison(
    with runs: [CaptionRun], imagesIn directory: String, progress: (String) -> Void = { _ in }
  ) -> CaptionComparison {
    var comparison = CaptionComparison()
    var seen: Set<String> = []
    let files = runs.flatMap { $0.images.map(\.file) }.filter { seen.insert($0).inserted }
    for file in files {
      progress(file)
      let encoding = Result {
        try encode(RGBImage(path: directory.hasSuffix("/") ? directory + file : "\(directory)/\(file)"))
      }
      for run in runs {
        for case let image in run.images where image.file == file {
          guard let expected = image.captions else { continue }
          do {
            let found = try captions(of: encoding.get(), options: run.options)
            comparison.compare(file: file, options: run.options, expected: expected, found: found.map(printed))
          } catch {
            comparison.fail(file: file, options: run.options, reason: "\(error)")
          }
        }
      }
    }
    return comparison
  }
}
