// The capabilities as a tree: roots hang on their objects, below each what came of it.

import type { CapabilityView } from '../../../src/supervisor/axiom/index.js';

/** Rows that are drawn at most; a filter shows the others. */
export const TREE_ROWS = 400;

export interface TreeRow {
  readonly cap: CapabilityView;
  /** 1 for a root. */
  readonly level: number;
  /** How many came of it directly. */
  readonly children: number;
  readonly open: boolean;
  /** It is there because something below it fits the filter. */
  readonly passing: boolean;
}

export interface TreeFilter {
  /** Who holds it. */
  readonly holder?: number | undefined;
  /** What it is about: abi OBJECT. */
  readonly type?: number | undefined;
}

export interface Tree {
  readonly rows: readonly TreeRow[];
  /** Rows that are there but not among `rows`. */
  readonly more: number;
  /** Capabilities in all. */
  readonly total: number;
}

/** `caps` as the gateway's view gives them: parents before what came of them. `closed`: ids whose branches are folded. */
export function treeOf(caps: readonly CapabilityView[], filter: TreeFilter, closed: ReadonlySet<number>, most = TREE_ROWS): Tree {
  const known = new Set(caps.map(({ id }) => id));
  const below = new Map<number, CapabilityView[]>();
  const roots: CapabilityView[] = [];
  for (const cap of caps) {
    if (cap.parent === 0 || !known.has(cap.parent)) roots.push(cap);
    else if (below.has(cap.parent)) below.get(cap.parent)!.push(cap);
    else below.set(cap.parent, [cap]);
  }
  const fits = (cap: CapabilityView): boolean =>
    (filter.holder === undefined || cap.holder?.pid === filter.holder) && (filter.type === undefined || cap.type === filter.type);
  // Whoever fits is shown, with everything above it.
  const wanted = new Set<number>();
  const parents = new Map(caps.map(({ id, parent }) => [id, parent]));
  for (const cap of caps) {
    if (!fits(cap)) continue;
    for (let id: number | undefined = cap.id; id !== undefined && id !== 0 && !wanted.has(id); id = parents.get(id)) wanted.add(id);
  }
  const rows: TreeRow[] = [];
  let count = 0;
  const stack = roots.filter(({ id }) => wanted.has(id)).reverse();
  const levels = new Map(roots.map(({ id }) => [id, 1]));
  while (stack.length > 0) {
    const cap = stack.pop()!;
    const level = levels.get(cap.id)!;
    const children = (below.get(cap.id) ?? []).filter(({ id }) => wanted.has(id));
    const open = !closed.has(cap.id);
    count++;
    if (rows.length < most) rows.push({ cap, level, children: children.length, open, passing: !fits(cap) });
    if (!open) continue;
    for (const child of children.reverse()) {
      levels.set(child.id, level + 1);
      stack.push(child);
    }
  }
  return { rows, more: count - rows.length, total: caps.length };
}
