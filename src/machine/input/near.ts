// Names near a wrong one, for error messages.

/** Edits (insert, delete, replace, swap of neighbours) between two short words; more than `limit` counts as `limit` + 1. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1), swap));
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** The names of `names` that are nearest to `name`, nearest first, at most `count`; those that begin alike or hold it come before far ones. */
export function nearNames(name: string, names: readonly string[], count = 4): string[] {
  const word = name.toLowerCase().slice(0, 32);
  const limit = Math.max(1, Math.floor(word.length / 3));
  return names
    .map((candidate, order) => {
      const other = candidate.toLowerCase();
      const edits = distance(word, other, limit);
      const part = word.length >= 2 && other.includes(word) ? limit + 1 : Infinity;
      return { candidate, order, rank: edits <= limit ? edits : part };
    })
    .filter(({ rank }) => rank !== Infinity)
    .sort((a, b) => a.rank - b.rank || a.candidate.length - b.candidate.length || a.order - b.order)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
