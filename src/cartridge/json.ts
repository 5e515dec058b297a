// JSON from a file that may be hostile (RFC 8259): bounded depth, and no name twice in an object, which JSON.parse lets pass.

/** Deeper than any metadata of ours. */
const MAX_DEPTH = 16;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/gs;

/** The value, or a string that says what is wrong. `text` is to be bounded by the caller. */
export function parseJson(text: string): { readonly value: unknown } | string {
  // Braces outside strings are braces in whatever else it is, so this is safe before the text is known to be JSON.
  let depth = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const twice = duplicate(text);
  return twice === undefined ? { value } : `the name ${JSON.stringify(twice).slice(0, 40)} stands twice in one object`;
}

/** A name that stands twice in one object of text that is JSON. */
function duplicate(text: string): string | undefined {
  const open: Set<string>[] = [];
  let string = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = JSON.parse(string) as string;
      if (open.at(-1)!.has(name)) return name;
      open.at(-1)!.add(name);
    } else string = token;
  }
  return undefined;
}

/** An object that is neither null nor an array. */
export const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

/** A whole number from 0 that is exact. */
export const isCount = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;
