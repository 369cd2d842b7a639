import Messages
import Testing

@Suite("Numbers for people")
struct HumanTextTests {
  @Test(
    "has lengths in the largest unit that they fill",
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (16_876, "16.5 KiB"), (1_048_575, "1.0 MiB"),
      (149_002_244, "142.1 MiB"),
      (Int.max, "8.0 EiB"),
    ])
  func bytes(count: Int, text: String) {
    #expect(HumanText.bytes(count).text == text)
  }

  @Test(
    "has thousands apart",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
  func grouped(number: Int, text: String) {
    #expect(HumanText.grouped(number).text == text)
  }
}
