internal import Markup

extension Style {
  /// Puts pictures beside their captions, or under them on narrow pages.
  static let gallery: Style = """
    .tools { display: flex; flex-wrap: wrap; gap: 0.6rem 1.2rem; align-items: center; margin: 0 0 1.2rem; }
    .tools label { display: flex; align-items: center; gap: 0.4rem; max-width: 100%; }
    .tools input, .tools select { min-width: 0; max-width: 100%; }
    .shot { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 8fr); gap: 1.2rem 2rem; align-items: start;
      padding: 1.6rem 0; border-top: 1px solid var(--line); content-visibility: auto;
      contain-intrinsic-size: auto 28rem; }
    .pages { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 1.2rem 0; }
    .shot .view { position: sticky; top: 1rem; }
    .shot img { display: block; max-width: 100%; height: auto; max-height: 32rem; object-fit: contain;
      margin: 0 auto; border-radius: 0.4rem; background: var(--panel); border: 1px solid var(--line); }
    .shot img.tiny { width: 10rem; min-height: 1rem; image-rendering: pixelated; }
    .shot .missing { display: grid; place-items: center; min-height: 10rem; margin: 0; border: 1px dashed var(--soft);
      border-radius: 0.4rem; padding: 1rem; text-align: center; }
    .shot .seen { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: 0.8rem; align-items: center; }
    .shot .seen img { width: 6rem; height: 6rem; }
    .shot h2 { font-size: clamp(1.4rem, 2.6vw, 2rem); line-height: 1.2; margin: 0; padding: 0; border: 0;
      text-wrap: balance; }
    .shot.failed h2 { color: var(--bad); }
    .shot h3 { font-size: 0.875rem; margin: 1.2rem 0 0.4rem; color: var(--soft); font-weight: 600; }
    .shot .file { margin: 0.3rem 0 0.6rem; font-size: 0.875rem; }
    .shot .remark { font-size: 0.9rem; border-left: 3px solid currentColor; padding: 0.25rem 0.7rem; }
    .shot .remark.warn { background: var(--mark); color: var(--ink); border-color: var(--warn); }
    .share { font-variant-numeric: tabular-nums; white-space: nowrap; font-size: 0.875em; }
    .share-bar { width: 100%; height: 0.375rem; border-radius: 0.2rem; overflow: hidden; }
    .share-bar .track { fill: var(--line); }
    .beams { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.35rem; }
    .beams li { display: grid; grid-template-columns: minmax(0, 1fr) minmax(3rem, 8rem) 4.5rem; gap: 0.8rem;
      align-items: center; }
    .beams li:not(:first-child) .text { color: var(--soft); }
    .beams .share { text-align: right; }
    .words { margin-top: 1rem; }
    .words summary { width: fit-content; }
    .words summary h3 { display: inline; }
    .steps { list-style: none; margin: 0.6rem 0 0; padding: 0; display: grid; gap: 0.5rem;
      grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); }
    .step { background: var(--panel); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.45rem 0.6rem;
      display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; align-content: start;
      gap: 0.1rem 0.5rem; }
    .step > b, .step > ul { grid-column: 1 / -1; }
    .step.low { border-color: var(--warn); }
    .step.low > b, .step.low > .share { color: var(--warn); }
    .step.low .bar { fill: var(--warn); }
    .step ul { list-style: none; margin: 0.3rem 0 0; padding: 0; font-size: 0.8125rem; line-height: 1.4;
      color: var(--soft); }
    .step li { display: flex; justify-content: space-between; gap: 0.4rem; }
    .step li .share { font-size: 1em; }
    @media (max-width: 44rem) {
      .shot { grid-template-columns: minmax(0, 1fr); }
      .shot .view { position: static; }
      .beams li { grid-template-columns: minmax(0, 1fr) 4.5rem; }
      .beams .share-bar { grid-column: 1 / -1; grid-row: 2; }
    }
    @media print {
      .shot { break-inside: avoid; content-visibility: visible; }
      .shot .view { position: static; }
    }
    """
}
