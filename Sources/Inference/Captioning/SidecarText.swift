internal import Messages

extension SidecarFormat {
  /// XMP with only a description in an unnamed language.
  ///
  /// - Source: ISO 16684-1 (XMP), 8.2.2.5 (language alternatives) and 8.3 (Dublin Core).
  static func xmp(describing text: AltText) -> Message {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Decant \(DecantVersion.current)">
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
          <dc:description>
            <rdf:Alt>
              <rdf:li xml:lang="x-default">\(xml: text.message)</rdf:li>
            </rdf:Alt>
          </dc:description>
        </rdf:Description>
      </rdf:RDF>
    </x:xmpmeta>

    """
  }
}

extension Message.StringInterpolation {
  /// Appends text of an XML document. Control characters, which XML forbids, are already escaped for display.
  fileprivate mutating func appendInterpolation(xml message: Message) {
    var text = ""
    for character in message.text.unicodeScalars {
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      default: text.unicodeScalars.append(character)
      }
    }
    // Already escaped, so nothing is escaped twice.
    appendInterpolation(text)
  }
}
