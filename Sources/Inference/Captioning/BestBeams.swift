/// A partial or complete caption with what the model remembers of it.
struct Beam<State> {
  var caption: Caption
  var state: State
}

/// At most `limit` beams, those with the highest scores.
///
/// It must be a binary min-heap: the model is asked in heap order, and ties in the result keep that order, so the array
/// must be the same as that of Python's `heapq`, which the original program uses.
/// - Source: im2txt `caption_generator.py`, class `TopN`; Python's `heapq`: `heappush` and `heappushpop`.
struct BestBeams<State> {
  let limit: Int
  /// The heap: the beam at i scores no more than those at 2i + 1 and 2i + 2.
  private(set) var beams: [Beam<State>] = []

  /// Adds a beam; a full heap drops its worst, or the new one if that is no better than the worst.
  mutating func add(_ beam: Beam<State>) {
    if beams.count < limit {
      beams.append(beam)
      raise(from: beams.count - 1, to: 0)
    } else if let worst = beams.first, worst.caption.score < beam.caption.score {
      beams[0] = beam
      sinkRoot()
    }
  }

  /// All beams, best first; beams with equal scores in the heap's order.
  var sorted: [Beam<State>] {
    // `sort` is stable, as Python's is, but that is not documented; the index makes sure.
    beams.enumerated().sorted { left, right in
      if left.element.caption.score != right.element.caption.score {
        return left.element.caption.score > right.element.caption.score
      }
      return left.offset < right.offset
    }.map(\.element)
  }

  /// Moves the beam at `start` toward the root until its parent scores no more than it, but not above `top`.
  private mutating func raise(from start: Int, to top: Int) {
    let beam = beams[start]
    var position = start
    while position > top {
      let parent = (position - 1) / 2
      guard beam.caption.score < beams[parent].caption.score else { break }
      beams[position] = beams[parent]
      position = parent
    }
    beams[position] = beam
  }

  /// Restores the order after the root was replaced.
  ///
  /// Like `heapq`, goes down to a leaf along the smaller children first and then raises the beam from there. Stopping
  /// on the way, as in textbooks, would put equal scores in other places.
  private mutating func sinkRoot() {
    let beam = beams[0]
    var position = 0
    var child = 1
    while child < beams.count {
      let right = child + 1
      if right < beams.count, !(beams[child].caption.score < beams[right].caption.score) { child = right }
      beams[position] = beams[child]
      position = child
      child = 2 * position + 1
    }
    beams[position] = beam
    raise(from: position, to: 0)
  }
}
