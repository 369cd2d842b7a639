internal import Foundation

/// As much of JSON Schema as `Schemas/*.schema.json` use: enough to find a field that is missing, extra or of a wrong type.
public struct JSONSchema {
  private let root: [String: Any]

  /// Reads a file of `Schemas/`.
  public init(named name: String) throws {
    let file = Fixture.packageRoot.appending(path: "Schemas").appending(path: name)
    root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
  }

  /// What does not fit, each with its place.
  public func violations(in json: String) throws -> [String] {
    violations(try JSONSerialization.jsonObject(with: Data(json.utf8)), root, at: "$")
  }

  private func violations(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
      let definition = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
      return definition.map { violations(value, $0, at: place) } ?? ["\(place): no definition \(reference)"]
    }
    if let choices = schema["anyOf"] as? [[String: Any]] {
      let found = choices.map { violations(value, $0, at: place) }
      // The one that fits best says what is wrong.
      return found.min { $0.count < $1.count } ?? []
    }
    if let constant = schema["const"] as? NSObject, !constant.isEqual(value) { return ["\(place): not \(constant)"] }
    if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
      return ["\(place): not allowed"]
    }
    switch schema["type"] as? String {
    case "object": return object(value, schema, at: place)
    case "array":
      guard let array = value as? [Any], let items = schema["items"] as? [String: Any] else {
        return ["\(place): no array"]
      }
      return array.enumerated().flatMap { violations($1, items, at: "\(place)[\($0)]") }
    case "null": return value is NSNull ? [] : ["\(place): not null"]
    case "string": return value is String ? [] : ["\(place): no string"]
    case "boolean": return value is Bool ? [] : ["\(place): no boolean"]
    case "number": return value is NSNumber ? [] : ["\(place): no number"]
    case "integer":
      guard let number = value as? Double, number == number.rounded() else { return ["\(place): no integer"] }
      let minimum = schema["minimum"] as? Double ?? -.infinity
      return number >= minimum ? [] : ["\(place): below \(minimum)"]
    default: return schema["const"] == nil && schema["enum"] == nil ? ["\(place): schema without type"] : []
    }
  }

  private func object(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    guard let object = value as? [String: Any] else { return ["\(place): no object"] }
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(place).\($0): missing" }
    return missing
      + object.flatMap { key, inner -> [String] in
        if let property = properties[key] { return violations(inner, property, at: "\(place).\(key)") }
        if let rest = schema["additionalProperties"] as? [String: Any] {
          return violations(inner, rest, at: "\(place).\(key)")
        }
        return ["\(place).\(key): not in the schema"]
      }
  }
}
