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
    if precision != nil, !plan { throw ValidationError("--precision requires --plan.") }
    if plan, flat || stats || verify || values != nil || !show.isEmpty || match != nil || graphOptions.isWanted {
      throw ValidationError("--plan does not show variables or nodes; remove the options that do.")
    }
  }

  func printPlan() throws {
    let options = EngineOptions(precision: precision ?? .exact)
    let settings = options.settings
    let plan = try InceptionV3Plan(
      of: TensorFile.open(path, options: reading.value), count: batch ?? 1, options: options)
    guard json else {
      Console.print("\(plan)\nkernels: \(settings.kernels)\nprecision: \(settings.precision.rawValue)")
      if settings.precision != options.precision {
        Console.say("the processor has no AMX, so --precision fast is the same as exact")
      }
      return
    }
    var document = InspectDocument(path: path)
    document.plan = InspectDocument.Plan(
      imageCount: batch ?? 1, kernels: settings.kernels, precision: settings.precision.rawValue,
      peakByteCount: plan.peakByteCount,
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
