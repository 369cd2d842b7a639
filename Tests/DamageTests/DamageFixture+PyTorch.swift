import TensorFiles
import TestSupport

extension DamageFixture {
  /// What PyTorch and `decant convert` write.
  static let pyTorch: [DamageFixture] = [
    DamageFixture("PyTorch", in: "pytorch", ["tensor.pt"]),
    DamageFixture("PyTorch before 1.6", in: "pytorch", ["storage-views.pth"], isProved: false),
    DamageFixture("PyTorch before 0.1.10", in: "pytorch", ["tar.pth"], isProved: false),
    DamageFixture("pickle of arrays", in: "pytorch", ["plain-pickle-4.pkl"], isProved: false),
  ]
}
