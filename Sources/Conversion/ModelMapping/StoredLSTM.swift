internal import Bytes
package import Tensors

/// An LSTM cell as its framework stores it: which tensors it has, and where each gate is in them.
///
/// TensorFlow has one kernel for input and state, `[input depth + units, 4 units]`. Keras has two, `[input depth, 4 units]` and
/// `[units, 4 units]`. PyTorch has the same two transposed, and two biases.
/// - Source: as for `CellLayout`.
package struct StoredLSTM: Sendable, Equatable {
  /// The framework that stores it this way.
  package enum Framework: Sendable, Equatable {
    /// `BasicLSTMCell`, `LSTMCell` and `LSTMBlockCell` of TensorFlow 1.
    case tensorFlow
    /// `LSTM` and `LSTMCell` of Keras.
    case keras
    /// `nn.LSTM` and `nn.LSTMCell` of PyTorch.
    case pyTorch
  }

  /// What each quarter of the cell computes, by TensorFlow's letters.
  package enum Gate: String, Sendable, CaseIterable {
    /// How much of the new is let in.
    case input = "i"
    /// What is new; Keras writes c, PyTorch g.
    case candidate = "j"
    /// How much of the old stays.
    case forget = "f"
    /// How much of the state shows.
    case output = "o"
  }

  /// What a kernel is multiplied by.
  package enum Operand: Sendable, Equatable {
    /// The input, and below it the state.
    case inputAndState
    /// The input.
    case input
    /// The state.
    case state
  }

  /// One of the cell's matrices.
  package struct Kernel: Sendable, Equatable {
    /// The tensor's name in its file.
    package let name: String
    /// What it is multiplied by.
    package let operand: Operand
  }

  /// The framework that stores it this way.
  package let framework: Framework
  /// The scope of the tensors.
  package let scope: String
  /// The matrices.
  package let kernels: [Kernel]
  /// The names of the biases, `[4 units]` each, which are added up; empty if there is none.
  package let biases: [String]
  /// How many units the cell has.
  package let unitCount: Int

  /// The gates in the order in which they are stored.
  package var gates: [Gate] {
    framework == .tensorFlow ? [.input, .candidate, .forget, .output] : [.input, .forget, .candidate, .output]
  }

  /// The axis of a kernel along which the gates are side by side.
  package var gateAxis: Int { framework == .pyTorch ? 0 : 1 }

  /// What the framework adds to gate f at run time and does not store, unless the program specifies another number.
  package var addedForgetBias: Double { framework == .tensorFlow ? CellLayout.forgetBias : 0 }
}

extension StoredLSTM {
  /// Names of a kernel and its bias in a cell of TensorFlow 1, by the scope of the cell without the number that
  /// distinguishes it.
  private static let tensorFlowNames: [(scope: String, kernel: String, bias: String)] = [
    ("BasicLSTMCell", "Linear/Matrix", "Linear/Bias"),
    ("basic_lstm_cell", "weights", "biases"),
    ("basic_lstm_cell", "kernel", "bias"),
    ("LSTMCell", "W_0", "B"),
    ("LSTMBlockCell", "W", "b"),
    ("lstm_cell", "weights", "biases"),
    ("lstm_cell", "kernel", "bias"),
  ]

  /// The cells among tensors, in the order of their first kernels.
  ///
  /// - Parameter descriptors: the tensors of a source, without those that only training needs.
  /// - Returns: cells whose tensors have the right shapes.
  package static func find(in descriptors: [TensorDescriptor]) -> [StoredLSTM] {
    let search = Search(descriptors)
    return descriptors.compactMap { descriptor in
      // Only kernels have this rank, so nearly all tensors end here.
      guard descriptor.shape.rank == 2 else { return nil }
      return search.pyTorch(descriptor) ?? search.keras(descriptor) ?? search.tensorFlow(descriptor)
    }
  }

  private struct Search {
    /// By plain names, without meaningless endings.
    private let byName: [String: TensorDescriptor]

    init(_ descriptors: [TensorDescriptor]) {
      byName = Dictionary(descriptors.map { ($0.name.plainTensorName, $0) }) { first, _ in first }
    }

    /// The tensor with a plain name and this shape.
    private func tensor(_ name: String, _ dimensions: [Int]) -> String? {
      byName[name].flatMap { $0.shape.dimensions == dimensions ? $0.name : nil }
    }

    func tensorFlow(_ kernel: TensorDescriptor) -> StoredLSTM? {
      let name = kernel.name.plainTensorName
      let (rows, columns) = (kernel.shape.dimensions[0], kernel.shape.dimensions[1])
      guard columns > 0, columns % 4 == 0, rows > columns / 4 else { return nil }
      for names in StoredLSTM.tensorFlowNames where name.hasSuffix("/" + names.kernel) {
        let scope = String(name.dropLast(names.kernel.utf8.count + 1))
        guard scope.lastComponent.droppingNumber.equalsInBytes(names.scope),
          byName["\(scope)/recurrent_kernel"] == nil
        else { continue }
        return StoredLSTM(
          framework: .tensorFlow, scope: scope, kernels: [Kernel(name: kernel.name, operand: .inputAndState)],
          biases: tensor("\(scope)/\(names.bias)", [columns]).map { [$0] } ?? [], unitCount: columns / 4)
      }
      return nil
    }

    func keras(_ kernel: TensorDescriptor) -> StoredLSTM? {
      let name = kernel.name.plainTensorName
      let columns = kernel.shape.dimensions[1]
      guard columns > 0, columns % 4 == 0 else { return nil }
      let ends: (kernel: String, state: String, bias: String)
      // Keras 3 numbers the variables of a layer in its weight files.
      if name.hasSuffix("/vars/0"), name.split(separator: "/").contains(where: { $0.hasPrefix("lstm") }) {
        ends = ("vars/0", "vars/1", "vars/2")
      } else if name.hasSuffix("/kernel") {
        ends = ("kernel", "recurrent_kernel", "bias")
      } else {
        return nil
      }
      let scope = String(name.dropLast(ends.kernel.utf8.count + 1))
      guard let state = tensor("\(scope)/\(ends.state)", [columns / 4, columns]) else { return nil }
      return StoredLSTM(
        framework: .keras, scope: scope,
        kernels: [Kernel(name: kernel.name, operand: .input), Kernel(name: state, operand: .state)],
        biases: tensor("\(scope)/\(ends.bias)", [columns]).map { [$0] } ?? [], unitCount: columns / 4)
    }

    func pyTorch(_ kernel: TensorDescriptor) -> StoredLSTM? {
      let name = kernel.name.plainTensorName
      let start = name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex
      let (scope, variable) = (name[..<start], name[start...])
      guard variable.hasPrefix("weight_ih") else { return nil }
      let layer = variable.dropFirst("weight_ih".count)
      let rows = kernel.shape.dimensions[0]
      guard rows > 0, rows % 4 == 0, let state = tensor("\(scope)weight_hh\(layer)", [rows, rows / 4])
      else { return nil }
      return StoredLSTM(
        framework: .pyTorch, scope: "\(scope.dropLast())\(layer)",
        kernels: [Kernel(name: kernel.name, operand: .input), Kernel(name: state, operand: .state)],
        biases: ["ih", "hh"].compactMap { tensor("\(scope)bias_\($0)\(layer)", [rows]) }, unitCount: rows / 4)
    }
  }
}

extension String {
  /// The name of a tensor without meaningless endings: `/.ATTRIBUTES/VARIABLE_VALUE` and `:0`.
  package var plainTensorName: String { String(LeftoverSearch.plain(self)) }

  fileprivate var lastComponent: Substring { self[(lastIndex(of: "/").map { index(after: $0) } ?? startIndex)...] }
}

extension Substring {
  /// Without the number that distinguishes things with the same name: `basic_lstm_cell_1`.
  fileprivate var droppingNumber: String {
    guard let underscore = lastIndex(of: "_") else { return String(self) }
    let number = self[index(after: underscore)...]
    let isNumber = !number.isEmpty && number.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return String(isNumber ? self[..<underscore] : self)
  }
}
