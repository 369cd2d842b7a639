internal import Files
internal import Messages

extension Captioner {
  /// Captions the images of a file of expectations again and compares.
  ///
  /// Every image is decoded and encoded once, whatever the number of runs that have it. If an expectation has no
  /// captions for an image, because its program refused the image, it is skipped.
  ///
  /// - Parameters:
  ///   - runs: what is expected.
  ///   - directory: where the images are; a name that leads out of it is not followed, and counts as a difference.
  ///   - progress: called at the start and after every few images.
  /// - Returns: what differs; an image that cannot be read counts as a difference.
  public func comparison(
    with runs: [CaptionRun], imagesIn directory: String, progress: (CaptionProgress) -> Void = { _ in }
  ) -> CaptionComparison {
    var comparison = CaptionComparison()
    var seen: Set<String> = []
    let boundary = PathBoundary(directory: directory)
    let named = runs.flatMap { $0.images.map(\.file) }.filter { seen.insert($0).inserted }
    let places = named.map { (file: $0, path: boundary.path(named: $0)) }
    let files = places.filter { $0.path != nil }.map(\.file)
    let expected = runs.map { run in Dictionary(grouping: run.images, by: \.file) }
    let start = ContinuousClock.now
    var done = 0
    progress(CaptionProgress(done: done, total: files.count, elapsed: .zero))
    for batch in feed(places.compactMap(\.path)) {
      let encodings = encoded(batch)
      let names = files[done..<done + batch.count]
      // One search for each run, over the images that it has.
      let found = zip(runs, expected).map { run, images in
        let members = zip(names, encodings).filter { images[$0.0]?.contains { $0.captions != nil } == true }
        let captioned = captions(of: members.map(\.1), options: run.options)
        return Dictionary(zip(members.map(\.0), captioned), uniquingKeysWith: { first, _ in first })
      }
      for file in names {
        for (index, run) in runs.enumerated() {
          guard let result = found[index][file]?.result else { continue }
          for case let captions? in expected[index][file, default: []].map(\.captions) {
            switch result {
            case .success(let found):
              comparison.compare(file: file, options: run.options, expected: captions, found: found.map(printed))
            case .failure(let error): comparison.fail(file: file, options: run.options, reason: "\(error)")
            }
          }
        }
      }
      done += batch.count
      progress(CaptionProgress(done: done, total: files.count, elapsed: .now - start))
    }
    for file in places.filter({ $0.path == nil }).map(\.file) {
      for (run, images) in zip(runs, expected) where images[file]?.contains(where: { $0.captions != nil }) == true {
        comparison.fail(file: file, options: run.options, reason: Self.leadsOut)
      }
    }
    return comparison
  }

  /// Why an image was not opened.
  private static let leadsOut: Message =
    "the name leads out of the directory of the images; Decant does not follow it, because it comes from the file of expectations"
}
