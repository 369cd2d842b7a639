extension Style {
  /// What all pages share: type, colors for light and dark, tables, charts.
  ///
  /// Colors of charts are classes, not attributes, so that they follow the reader's setting. Every text color is at least 4.5:1
  /// against the background that it is used on.
  package static let base: Style = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --panel: #f6f7f9; --ink: #1b1f24; --soft: #57606a; --line: #d5d9df; --link: #0a58ca;
      --accent: #1769aa; --second: #b3541e; --good: #1a7f37; --bad: #b42318; --warn: #8a5a00; --mark: #fff3c4;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171c; --panel: #1d2128; --ink: #e6e9ee; --soft: #a3acb8; --line: #39414d; --link: #7db7ff;
        --accent: #6cb2ee; --second: #f0a06a; --good: #57c878; --bad: #ff8a80; --warn: #e6b450; --mark: #4a3f14;
      }
    }
    * { box-sizing: border-box; }
    html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
    body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
    header.page, main, footer.page { max-width: 76rem; margin: 0 auto; padding: 1rem clamp(0.8rem, 3vw, 2rem); }
    header.page { padding-top: 2rem; }
    footer.page { color: var(--soft); font-size: 0.875rem; border-top: 1px solid var(--line); }
    h1 { font-size: clamp(1.5rem, 4vw, 2.2rem); line-height: 1.2; margin: 0 0 0.4rem; }
    h2 { font-size: 1.35rem; margin: 2.5rem 0 0.6rem; padding-top: 0.6rem; border-top: 1px solid var(--line); }
    h3 { font-size: 1.05rem; margin: 1.6rem 0 0.4rem; }
    p { margin: 0.5rem 0; max-width: 48rem; }
    a { color: var(--link); }
    a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
      outline: 3px solid var(--accent); outline-offset: 2px;
    }
    .name { overflow-wrap: anywhere; }
    code, .name { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
    .soft { color: var(--soft); }
    .good { color: var(--good); }
    .bad { color: var(--bad); }
    .warn { color: var(--warn); }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { position: static; }
    .hidden, [hidden] { display: none !important; }
    .visually-hidden {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    }
    .panel { background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.8rem 1rem; }
    .ways { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin-bottom: 0.8rem; }
    .grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
    dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0.6rem 0; }
    dl.facts dt { color: var(--soft); }
    dl.facts dd { margin: 0; }
    @media (max-width: 30rem) { dl.facts { grid-template-columns: 1fr; } dl.facts dd { margin-bottom: 0.4rem; } }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-size: 0.9rem; }
    /* As wide as the window at most, though the table may be wider and scroll. */
    caption { text-align: left; color: var(--soft); padding: 0.3rem 0; max-width: min(48rem, 100vw - 3rem); }
    th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
      overflow-wrap: break-word; }
    /* Names break anywhere, so without this a narrow table would make them a letter wide. */
    tbody :is(th, td):has(> .name, > a > .name) { min-width: min(13rem, 60vw); }
    thead th { position: sticky; top: 0; background: var(--panel); }
    td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
    input, button, select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft);
      border-radius: 0.35rem; padding: 0.3rem 0.6rem; }
    button { cursor: pointer; background: var(--panel); }
    details > summary { cursor: pointer; }
    figure { margin: 0.8rem 0; }
    figcaption { color: var(--soft); font-size: 0.875rem; }
    svg { display: block; max-width: 100%; height: auto; }
    svg text { fill: var(--ink); font-size: 11px; font-family: inherit; }
    svg .soft { fill: var(--soft); }
    svg .axis, svg .grid { stroke: var(--line); fill: none; }
    svg .bar, svg .dot { fill: var(--accent); }
    svg .bar.second, svg .dot.second { fill: var(--second); }
    svg .line { stroke: var(--accent); fill: none; stroke-width: 1.5; }
    svg .line.second { stroke: var(--second); }
    svg .box { fill: var(--panel); stroke: var(--soft); }
    img.pixels { image-rendering: pixelated; }
    @media print {
      :root { --paper: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb; --link: #000; }
      .no-print { display: none; }
      h2, h3 { break-after: avoid; }
      figure, tr { break-inside: avoid; }
    }
    """
}
