internal import Markup

extension Style {
  /// Rules that only reports need: the map, the table of tensors, the details.
  static let report: Style = """
    :root {
      --h0: #cfe2f6; --h1: #f9dcc4; --h2: #d3ead2; --h3: #ead6f0; --h4: #f6e8b8; --h5: #cdeaea; --h6: #f6d3da; --h7: #e0e2e6;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --h0: #1f4164; --h1: #5f3a1e; --h2: #25492a; --h3: #4a2f56; --h4: #54481a; --h5: #1d4a4b; --h6: #592a36; --h7: #3a3f47;
      }
    }
    main > section:first-child h2 { border-top: 0; margin-top: 0.5rem; }
    .lead { font-size: 1.1rem; color: var(--soft); }
    .lead.bad { color: var(--bad); }
    .contents ul { list-style: none; margin: 0.8rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; }
    .verdict { font-size: 1.05rem; }
    .marks { list-style: none; padding: 0; margin: 0.8rem 0; display: grid; gap: 0.5rem; }
    .mark { border-left: 4px solid var(--soft); background: var(--panel); padding: 0.5rem 0.8rem; color: var(--ink);
      border-radius: 0 0.4rem 0.4rem 0; }
    .mark.bad { border-color: var(--bad); }
    .mark.warn { border-color: var(--warn); }
    .mark strong a { color: inherit; }
    .findings { padding-left: 1.2rem; }
    .findings pre { white-space: pre-wrap; background: var(--panel); padding: 0.4rem 0.6rem; border-radius: 0.3rem; }
    #doctor .panel { margin: 0.6rem 0; }
    .treemap svg { max-width: none; border-radius: 0.4rem; }
    .treemap rect { stroke: var(--paper); stroke-width: 1; }
    .treemap rect.scope { stroke: var(--soft); fill-opacity: 0.55; }
    .treemap a:hover rect, .treemap a:focus rect { stroke: var(--accent); stroke-width: 2.5; }
    .treemap text { pointer-events: none; }
    .treemap text.bold { font-weight: 600; }
    .h0 { fill: var(--h0); } .h1 { fill: var(--h1); } .h2 { fill: var(--h2); } .h3 { fill: var(--h3); }
    .h4 { fill: var(--h4); } .h5 { fill: var(--h5); } .h6 { fill: var(--h6); } .h7 { fill: var(--h7); }
    .scroll.tall { max-height: min(80vh, 44rem); overflow: auto; border: 1px solid var(--line); border-radius: 0.4rem; }
    #map .scroll.tall { max-height: 20rem; margin-top: 1rem; width: fit-content; }
    .scroll.tall caption { padding: 0.4rem 0.6rem; }
    #map tbody th { min-width: min(20rem, 60vw); }
    .scroll.tall thead th, .scroll.tall thead td { position: sticky; top: 0; background: var(--panel); z-index: 1; }
    tbody th { font-weight: 400; }
    .share { display: inline-block; max-width: none; }
    .in1 { padding-left: 1.6rem; } .in2 { padding-left: 2.6rem; } .in3 { padding-left: 3.6rem; } .in4 { padding-left: 4.6rem; }
    .in5, .in6 { padding-left: 5.6rem; }
    .tensors { width: 100%; }
    .tensors td, .tensors th { padding: 0.25rem 0.3rem; overflow-wrap: normal; }
    .tensors td { white-space: nowrap; }
    .tensors tbody th { overflow-wrap: anywhere; }
    .tensors thead th { white-space: nowrap; }
    .tensors tr:target, .detail:target { background: var(--mark); }
    #s0:target, tr[id]:target { background: var(--mark); }
    .badge { display: inline-block; font-size: 0.8em; border: 1px solid currentColor; border-radius: 0.6rem; padding: 0 0.45rem;
      white-space: nowrap; }
    .search { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin: 0.6rem 0; }
    .search input[type=search] { width: min(24rem, 100%); }
    th[aria-sort=ascending] button::after { content: " \\2191"; }
    th[aria-sort=descending] button::after { content: " \\2193"; }
    .detail { border-top: 1px solid var(--line); padding: 0.2rem 0 0.6rem; scroll-margin-top: 0.5rem; }
    .charts { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }
    .charts > * { min-width: 0; }
    /* Drawings shrink with the window; their numbers stay legible. */
    @media (max-width: 36rem) { .detail svg text.soft { font-size: 16px; } }
    .percentiles td, .percentiles th { padding: 0.08rem 0.6rem; }
    @media print { .scroll.tall { max-height: none; overflow: visible; } .tensors { font-size: 0.6rem; } }
    """
}
