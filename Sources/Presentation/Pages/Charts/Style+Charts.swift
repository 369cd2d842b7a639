package import Markup

extension Style {
  /// What drawings and heat maps look like on every page that has them.
  package static let charts: Style = """
    svg .end { text-anchor: end; }
    svg .middle { text-anchor: middle; }
    svg .zero { stroke: var(--soft); stroke-dasharray: 2 3; fill: none; }
    svg .band { fill: var(--accent); opacity: 0.22; }
    svg .band.inner { opacity: 0.4; }
    svg .dead { stroke: var(--bad); stroke-width: 2; fill: none; }
    .spark { display: inline-block; vertical-align: middle; max-width: none; }
    .heatmap { display: inline-block; vertical-align: top; margin: 0 1rem 0.8rem 0; font-size: 0.8rem; }
    .heatmap .slice { display: block; font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    .axis-name { color: var(--soft); white-space: nowrap; display: block; }
    .heat-row { display: flex; align-items: flex-start; }
    .axis-name.down { writing-mode: vertical-rl; padding-right: 0.2rem; }
    img.heat { border: 1px solid var(--line); background: var(--paper); max-width: none; display: block; }
    .ramp-box { display: inline-flex; align-items: center; gap: 0.4rem; white-space: nowrap; }
    .ramp {
      display: inline-block; width: 8rem; height: 0.7rem; border: 1px solid var(--line);
      background: linear-gradient(to right, #2878dc, transparent 50%, #e06c1e); print-color-adjust: exact;
    }
    """
}
