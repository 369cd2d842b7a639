internal import Markup
internal import Messages

/// Makes the pages that only the local server has.
enum ServerFrame {
  /// A page of the server.
  static func page(
    _ title: Message, lead: HTML = "", main: HTML, scripts: [Script] = []
  ) -> Page {
    let frame = PageFrame(title: title, lead: lead, main: main, place: .server)
    return Page(title: "\(title) – Decant", body: frame.body, styles: [.server], scripts: scripts, place: .server)
  }

  /// The heading of a page about something: the last part of its name, cut if it would fill the page.
  static func title(_ name: String) -> Message {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return "\(String(String.UnicodeScalarView(last.unicodeScalars.prefix(120))))"
  }
}

extension Style {
  /// Rules that only the server's pages need.
  static let server: Style = """
    #content > :first-child h2, #content > h2:first-child { border-top: 0; margin-top: 0.5rem; padding-top: 0; }
    .row { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; margin: 0.8rem 0; }
    .row input[type=search], .row input[type=number] { min-width: 0; max-width: 100%; }
    ul.things { list-style: none; margin: 0.8rem 0; padding: 0; }
    ul.things > li { border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.7rem 1rem; margin: 0.5rem 0; }
    ul.things .ways { margin: 0.3rem 0 0; font-size: 0.9rem; }
    .drop { border: 2px dashed var(--soft); border-radius: 0.7rem; padding: 1.4rem 1rem; text-align: center; }
    .drop .row { justify-content: center; }
    .drop p { margin-left: auto; margin-right: auto; }
    .drop.over { border-color: var(--accent); background: var(--panel); }
    .drop input[type=file] { max-width: 100%; }
    .captioned { display: grid; gap: 1rem 1.5rem; grid-template-columns: minmax(0, 22rem) minmax(0, 1fr); margin: 1.5rem 0; }
    @media (max-width: 48rem) { .captioned { grid-template-columns: minmax(0, 1fr); } }
    .stack { position: relative; display: inline-block; max-width: 100%; }
    .stack img { display: block; max-width: 100%; height: auto; border-radius: 0.4rem; }
    .stack canvas { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
    h2.said { font-size: clamp(1.2rem, 3vw, 1.7rem); line-height: 1.3; margin: 0 0 0.5rem; padding: 0; border: 0; }
    .row select { max-width: 100%; min-width: 0; }
    .alternatives th:not(:last-child) { min-width: 6.5rem; }
    .beams meter, .alternatives meter { width: 7rem; max-width: 30vw; }
    .words { display: flex; flex-wrap: wrap; gap: 0.3rem; margin: 0.5rem 0; }
    .words button[aria-pressed=true] { background: var(--accent); color: var(--paper); border-color: var(--accent); }
    table.values td, table.values th { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    table.values th { white-space: nowrap; }
    .finding h3 { margin-top: 0.2rem; }
    .finding pre { white-space: pre-wrap; }
    .finding { border-left: 4px solid var(--line); padding: 0.2rem 0 0.2rem 0.9rem; margin: 1rem 0; }
    .finding.error { border-color: var(--bad); }
    .finding.warning { border-color: var(--warn); }
    .finding.note { border-color: var(--accent); }
    pre { overflow-x: auto; background: var(--panel); padding: 0.5rem 0.8rem; border-radius: 0.4rem; }
    """
}
