internal import Markup

extension Style {
  /// What kernels, gates, words and graphs look like.
  static let portraits: Style = """
    .pair { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); align-items: start; }
    svg .over { fill: transparent; }
    svg .over:hover { fill: var(--accent); opacity: 0.15; }
    svg .median { stroke: var(--ink); stroke-width: 2; fill: none; }
    svg .band.second { fill: var(--second); }
    .kernels { display: flex; flex-wrap: wrap; gap: 0.3rem; }
    .kernels img {
      width: 2.6rem; height: auto; image-rendering: pixelated; border: 2px solid var(--soft); border-radius: 2px;
    }
    .kernels.large img { width: 4rem; }
    .kernels img.weak { border-style: dashed; }
    .gates { display: grid; gap: 0.6rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); }
    .gate h4 { margin: 0.4rem 0; font-size: 0.95rem; }
    ul.nearest {
      display: grid; gap: 0.3rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr));
      list-style: none; padding: 0;
    }
    ul.nearest li { display: grid; grid-template-columns: 7rem 1fr; gap: 0.6rem; border-bottom: 1px solid var(--line); padding: 0.25rem 0; }
    ul.nearest small { color: var(--soft); font-variant-numeric: tabular-nums; }
    .pair > *, .gate { min-width: 0; }
    .pair svg:not(.spark), .wide svg { min-width: 33rem; }
    .plane svg, .graph svg { max-width: none; }
    .plane .scroll, .graph .scroll { border: 1px solid var(--line); border-radius: 0.5rem; }
    .plane text { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
    .plane .hid { visibility: hidden; }
    .plane g:is(:hover, :focus, :target) .hid { visibility: visible; }
    .plane g:is(:hover, :focus, :target) text { font-weight: 700; }
    .plane svg:has(g:is(:hover, :focus, :target)) g:not(:hover, :focus, :target) { opacity: 0.2; }
    .plane g:is(:focus, :target) .dot { stroke: var(--ink); stroke-width: 3px; }
    .graph .scroll { overflow: auto; max-height: 44rem; }
    .graph svg { margin: 0 auto; }
    svg .edge { stroke: var(--soft); fill: none; stroke-width: 1.2; opacity: 0.8; }
    svg .edge.control { stroke-dasharray: 4 3; }
    svg .tip { fill: var(--soft); }
    svg .box.operation { fill: var(--paper); }
    svg .box.scope { stroke: var(--accent); stroke-width: 1.5; }
    svg .box.placeholder { stroke: var(--second); stroke-width: 2; }
    svg .box.variable { stroke: var(--good); stroke-width: 1.5; }
    svg text.small { font-size: 10px; }
    @media print { .graph .scroll { max-height: none; } }
    """
}
