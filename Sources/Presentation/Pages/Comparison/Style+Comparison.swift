internal import Markup

extension Style {
  /// Rules that only comparisons need.
  static let comparison: Style = """
    .key { display: inline-block; width: 0.8rem; height: 0.65rem; margin-right: 0.35rem; background: var(--accent);
      print-color-adjust: exact; }
    .key.second { background: var(--second); }
    .key.line { height: 0.15rem; vertical-align: middle; }
    .share.wide { width: clamp(4rem, 20vw, 16rem); height: 0.8rem; vertical-align: middle; }
    .sources th, .sources td { overflow-wrap: normal; white-space: nowrap; }
    .sources tbody td:first-of-type { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
    svg .track { fill: var(--line); opacity: 0.5; }
    .ramp.up { background: linear-gradient(to right, transparent, #e06c1e); }
    .folded { margin: 0.8rem 0; }
    .folded > summary { font-weight: 600; padding: 0.2rem 0; }
    .folded .scroll.tall { width: fit-content; max-height: 20rem; }
    """
}
