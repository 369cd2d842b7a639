import ArgumentParser
import Engine
import Inspection
import Messages
import TensorFiles

/// `decant inspect --plan`: how the engine would run the model.
extension InspectCommand {
  func validatePlan() throws {
    let most = InceptionV3Plan.maximumBatchCount
    if let batch, !(1...most ~= batch) { throw ValidationError("--batch must be between 1 and \(most).") }
    if batch != nil, !plan { throw ValidationError("--batch requires --plan.") }
    if plan, flat || stats || verify || values != nil || !show.isEmpty || match != nil || graphOptions.isWanted {
      throw ValidationError("--plan does not show variables or nodes; remove the options that do.")
    }
  }

  func printPlan() throws {
    let plan = try InceptionV3Plan(of: TensorFile.open(path, options: reading.value), count: batch ?? 1)
    guard json else { return Console.print("\(plan)\nkernels: \(ShowAndTell.kernelVariant)") }
    var document = InspectDocument(path: path)
    document.plan = InspectDocument.Plan(
      imageCount: batch ?? 1, kernels: ShowAndTell.kernelVariant, peakByteCount: plan.peakByteCount,
      layers: plan.layers.map { layer in
        InspectDocument.Plan.Layer(
          name: layer.name, scopes: layer.scopes, window: layer.window, input: layer.input, output: layer.output,
          multiplicationCount: layer.multiplicationCount,
          remainingMultiplicationCount: layer.remainingMultiplicationCount, algorithm: layer.algorithm,
          panelColumns: layer.panelColumns, reason: "\(layer.reason)", byteOffset: layer.byteOffset)
      })
    Console.print(try document.json())
  }
}
