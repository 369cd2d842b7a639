import Images
import Inspection
import Messages
import Portraits
import TestSupport
import Tensors
import Testing

@testable import Pixels

@Suite("A tensor as a picture with words")
struct TensorPictureTests {
  private static func source(_ name: String, _ dimensions: [Int], _ values: [Float]) throws -> InMemoryTensorSource {
    let bytes = values.flatMap { value in unsafe withUnsafeBytes(of: value.bitPattern.littleEndian) { unsafe Array($0) }
    }
    return InMemoryTensorSource([try InMemoryTensorSource.Tensor(name, .float32, dimensions, bytes: bytes)])
  }

  private static func picture(
    _ dimensions: [Int], _ values: [Float], name: String = "w", width: Int = 480
  ) throws -> TensorPicture {
    let source = try source(name, dimensions, values)
    return try TensorPicture(
      of: source.descriptors[0], in: source, axes: ChannelAxis(in: source.descriptors), maximumWidth: width)
  }

  private static func color(_ image: DrawnImage?, _ x: Int, _ y: Int) -> [UInt8] {
    switch image {
    case .colors(let image): return Array(image.pixels[3 * (y * image.width + x)..<3 * (y * image.width + x) + 3])
    case .palette(let image):
      let color = image.palette[Int(image.pixels[y * image.width + x])]
      return [color.red, color.green, color.blue]
    case nil: return []
    }
  }

  private static func notes(_ picture: TensorPicture) -> String {
    (picture.legend + picture.facts).map(\.text).joined(separator: "\n")
  }

  @Test("a matrix is a heat map: white is zero, blue negative, orange positive, magenta not finite")
  func matrix() throws {
    let picture = try Self.picture([2, 3], [0, -1, 1, .nan, .infinity, 0.5])
    #expect(picture.title.text == "w: float32 [2, 3], 6 values")
    // A cell has 24 pixels, a border 2.
    #expect(picture.image?.width == 3 * 24 + 4)
    #expect(picture.image?.height == 2 * 24 + 4)
    let cells = (0..<6).map { Self.color(picture.image, 12 + $0 % 3 * 24, 12 + $0 / 3 * 24) }
    #expect(cells[0] == [255, 255, 255])
    #expect(cells[1][2] > 200 && cells[1][0] < 60, "blue")
    #expect(cells[2] == [224, 108, 30])
    #expect(cells[3] == [214, 0, 170] && cells[4] == [214, 0, 170])
    #expect(cells[5][0] > 224 && cells[5][2] > 30, "paler")
    let notes = Self.notes(picture)
    #expect(notes.contains("down: axis 0 (2); from left to right: axis 1 (3), output channels; a cell for each value"))
    #expect(notes.contains("colors are full at 1"))
    #expect(notes.contains("values from -1.0 to 1.0"))
    #expect(
      notes.contains(
        "magenta is NaN or infinite\nvalues from -1.0 to 1.0, mean 0.125, standard deviation 0.7395\n1 NaN and 1 infinite"
      ))
  }

  @Test("slices of more axes stand side by side, and wrap where the window is narrow")
  func slices() throws {
    let values = (0..<5 * 40 * 40).map { Float($0 / 1600) - 2 }
    let wide = try Self.picture([5, 40, 40], values)
    let narrow = try Self.picture([5, 40, 40], values, width: 200)
    #expect(Self.notes(wide).contains("slices [0, :, :], [1, :, :], [2, :, :] and [4, :, :]"))
    let (wideImage, narrowImage) = (try #require(wide.image), try #require(narrow.image))
    #expect(wideImage.width <= 480 && wideImage.width > narrowImage.width)
    #expect(narrowImage.width <= 200 && narrowImage.height > wideImage.height)
  }

  @Test("a vector is bars from a line for zero")
  func vector() throws {
    let picture = try Self.picture([4], [1, -1, 0, .nan])
    let image = try #require(picture.image)
    #expect((image.width, image.height) == (96, 120))
    #expect(Self.color(image, 5, 10) == [224, 108, 30] && Self.color(image, 5, 110) == [255, 255, 255])
    #expect(Self.color(image, 29, 110) == [40, 120, 220] && Self.color(image, 29, 10) == [255, 255, 255])
    #expect(Self.color(image, 60, 10) == [255, 255, 255] && Self.color(image, 60, 110) == [255, 255, 255])
    #expect(Self.color(image, 80, 1) == [214, 0, 170] && Self.color(image, 80, 118) == [214, 0, 170])
    #expect(Self.color(image, 23, 60) == [120, 120, 120])
    #expect(Self.notes(picture).contains("bars from -1 to 1"))
  }

  @Test(
    "bars stay in the picture, whatever the values",
    arguments: [
      [Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [0, 0], [.nan, .infinity], [5, 5],
      [.leastNonzeroMagnitude, 0], [-3, -2],
    ])
  func extremes(values: [Float]) throws {
    let picture = try Self.picture([2], values)
    #expect(try #require(picture.image).height == 120)
    let matrix = try Self.picture([1, 2], values)
    #expect(try #require(matrix.image).width > 2)
  }

  @Test("a long vector says how many values a bar has")
  func longVector() throws {
    let picture = try Self.picture([1000], (0..<1000).map { Float($0) })
    #expect(Self.notes(picture).contains("axis 0 (1000), each bar the mean of 11 values"))
    #expect(try #require(picture.image).width <= 384)
  }

  @Test("kernels over pictures are a sheet of pictures with borders")
  func kernels() throws {
    // Kernel 0 is red alone, kernel 1 all zeros, kernel 2 faint.
    let values = (0..<3 * 3 * 3 * 3).map { place -> Float in
      let (kernel, channel) = (place % 3, place / 3 % 3)
      return kernel == 0 ? (channel == 0 ? 1 : 0) : kernel == 1 ? 0 : 0.001
    }
    let picture = try Self.picture([3, 3, 3, 3], values, name: "conv/weights")
    let image = try #require(picture.image)
    #expect((image.width, image.height) == (3 * 38 + 2, 38 + 2))
    #expect(Self.color(image, 0, 0) == [255, 255, 255])
    #expect(Self.color(image, 10, 10) == [255, 128, 128])
    #expect(Self.color(image, 50, 10) == [128, 128, 128])
    #expect(Self.color(image, 90, 10) == [255, 255, 255])
    let notes = Self.notes(picture)
    #expect(notes.contains("3 kernels of 3 x 3 pixels in red, green and blue"))
    #expect(notes.contains("axes: height, width, input, output"))
    #expect(notes.contains("1 kernel is all zeros"))
    #expect(notes.contains("1 kernel reaches less than a hundredth of the strongest"))
  }

  @Test("many large kernels are cut where the picture would be too high, and the words say so")
  func manyKernels() throws {
    let count = 200
    let picture = try Self.picture(
      [60, 60, 3, count], Array(repeating: 0.5, count: 60 * 60 * 3 * count), name: "conv/weights")
    let image = try #require(picture.image)
    #expect(image.height <= PanelSheet.maximumHeight && image.width <= 480)
    #expect(Self.notes(picture).contains("the first 105 of 200 kernels"))
  }

  @Test("what has no picture says why")
  func without() throws {
    let scalar = try Self.picture([], [3])
    #expect(scalar.image == nil)
    #expect(
      Self.notes(scalar).contains("it is a single value") && Self.notes(scalar).contains("\nvalue 3.0"))
    let empty = try Self.picture([0, 4], [])
    #expect(empty.image == nil && Self.notes(empty) == "no picture: it has no values")
    let strings = InMemoryTensorSource([try InMemoryTensorSource.Tensor("s", [1], strings: [[65]])])
    let text = try TensorPicture(
      of: strings.descriptors[0], in: strings, axes: ChannelAxis(in: strings.descriptors), maximumWidth: 480)
    #expect(text.image == nil && text.legend.first?.text == "no picture: string has no numbers")
    let complex = InMemoryTensorSource([
      try InMemoryTensorSource.Tensor("c", .complex64, [2], bytes: Array(repeating: 0, count: 16))
    ])
    let numbers = try TensorPicture(
      of: complex.descriptors[0], in: complex, axes: ChannelAxis(in: complex.descriptors), maximumWidth: 480)
    #expect(numbers.image == nil && Self.notes(numbers).contains("its values are complex"))
  }

  @Test("reading says how far it is")
  func progress() throws {
    let source = try Self.source("w", [1000, 600], Array(repeating: 1, count: 600_000))
    var done: [Int] = []
    _ = try TensorPicture(
      of: source.descriptors[0], in: source, axes: ChannelAxis(in: source.descriptors), maximumWidth: 480
    ) { done.append($0) }
    #expect(done.count > 1 && done == done.sorted() && done.last == 2_400_000)
  }

  @Test("a narrow window gets a narrow picture", arguments: [1, 100, 200, 479])
  func narrow(width: Int) throws {
    for dimensions in [[300, 300], [4, 100, 100], [2000], [5, 5, 3, 64]] {
      let count = dimensions.reduce(1, *)
      let picture = try Self.picture(dimensions, Array(repeating: 1, count: count), name: "a/weights", width: width)
      // A grid has up to 96 columns, of a pixel each at least, and a border.
      #expect(try #require(picture.image).width <= max(width, 100))
    }
  }

  @Test("a name is escaped, and cut where it is long")
  func names() throws {
    let picture = try Self.picture([1], [1], name: "\u{1b}[31m" + String(repeating: "x", count: 60_000))
    #expect(!picture.title.text.contains("\u{1b}") && picture.title.text.count < 400)
  }
}
