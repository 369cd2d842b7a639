import Kernels
import Testing

@Suite("Kernel variant")
struct KernelVariantTests {
  @Test("the portable kernels are always there, and a name that no variant has finds none")
  func names() {
    #expect(KernelVariant(named: "portable")?.description == "portable")
    #expect(KernelVariant(named: "avx1024") == nil)
    let names = (KernelVariant.available + KernelVariant.withTiles).map(\.description)
    #expect(names.contains(KernelVariant.chosen.description))
  }
}
