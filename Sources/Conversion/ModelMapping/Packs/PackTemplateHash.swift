/// The hash of the names of a template, for many values of its variables.
struct PackTemplateHash: Sendable {
  private enum Part {
    case text(NameHash.Part)
    case variable(name: String, factor: Int, offset: Int, form: PackTemplate.Form)
  }

  private let parts: [Part]

  init(_ template: PackTemplate) {
    parts = template.parts.map { part in
      switch part {
      case .text(let text): .text(NameHash.Part(text))
      case .variable(let name, let factor, let offset, let form):
        .variable(name: name, factor: factor, offset: offset, form: form)
      }
    }
  }

  /// The hash of the name that the template has for some values; nil if it has none.
  func hash(_ bindings: PackBindings, in library: Int) -> NameHash? {
    var hash = NameHash()
    for part in parts {
      switch part {
      case .text(let text): hash.append(text)
      case .variable(let variable, let factor, let offset, let form):
        switch bindings[variable] {
        case .text(let text)?: hash.append(text)
        case .texts(let texts)?:
          guard let text = texts[library] else { return nil }
          hash.append(text)
        case .number(let number)?:
          if form == .plain {
            hash.append(decimal: number * factor + offset)
          } else {
            guard let text = form.text(number * factor + offset) else { return nil }
            hash.append(text)
          }
        case nil: return nil
        }
      }
    }
    return hash
  }
}
