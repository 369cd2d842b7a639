package import Markup

extension Style {
  /// What pages that explain a caption need in addition to the common rules.
  package static let explanation: Style = """
    .sentence { font-size: clamp(1.3rem, 3.4vw, 1.9rem); line-height: 1.5; max-width: none; margin: 0.2rem 0 0.8rem; }
    .sentence a { color: var(--ink); text-decoration-thickness: 0.14em; text-underline-offset: 0.24em;
      padding: 0.1em 0.06em; border-radius: 0.2em; }
    .sentence a.bound { text-decoration-color: #ff6e00; }
    .sentence a.free { text-decoration-style: dotted; text-decoration-color: var(--soft); text-decoration-thickness: 0.07em; }
    .sentence a:hover, .sentence a:focus-visible { background: var(--mark); }
    .overview { display: grid; gap: 0.5rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
    .overview figure, .overview p:first-child { margin-top: 0; }
    .overview svg, .word svg { width: 100%; max-height: 36rem; background: var(--panel); }
    .margin { fill: var(--paper); fill-opacity: 0.6; fill-rule: evenodd; }
    .patch-lines { stroke: #fff; stroke-opacity: 0.55; fill: none; mix-blend-mode: difference; }
    .outline { fill: none; stroke: #fff; }
    .outline.under { stroke: #111; stroke-opacity: 0.75; }
    .maps { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
    .word { margin: 0; padding: 0.8rem; border: 1px solid var(--line); border-radius: 0.5rem; scroll-margin-top: 1rem; }
    .word:target { outline: 3px solid var(--accent); outline-offset: 1px; }
    .word h3 { margin: 0 0 0.5rem; font-size: 1.2rem; }
    .word h3 .soft { font-weight: normal; font-size: 0.95rem; margin-left: 0.4rem; }
    .word figcaption { margin-top: 0.5rem; }
    .word strong { color: var(--ink); }
    .word .range { display: block; font-size: 0.8rem; }
    .pale { filter: grayscale(0.55); opacity: 0.7; }
    .heat { image-rendering: pixelated; }
    .key { padding: 0 0.3em; border-radius: 0.2em; color: #111; }
    .key.needs { background: #ff9a4d; }
    .key.against { background: #7fb0f5; }
    """
}
