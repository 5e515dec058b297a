// Patterns of agents. RE2 syntax: matching takes time in proportion to the text, whatever the pattern. JavaScript's own engine may take for ever.

import { RE2JS } from 're2js';
import { GpuvisorError } from '../isa/errors.js';

/** Finds something in a text. */
export interface Pattern {
  /** The part that matches first; undefined when none does. */
  find(text: string): string | undefined;
}

/** Text as it stands. */
export function literalPattern(text: string): Pattern {
  return { find: (all) => (all.includes(text) ? text : undefined) };
}

/** A regular expression; `^` and `$` match at lines. @throws GpuvisorError BAD_ARGUMENT when it is none, or too large when compiled */
export function regexPattern(source: string): Pattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.MULTILINE);
  } catch (cause) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `regex is ${JSON.stringify(source.slice(0, 60))}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'use RE2 syntax (no lookaround, no back-references), or pass "text" for text as it stands',
      { cause },
    );
  }
  return {
    find(text) {
      const matcher = compiled.matcher(text);
      return matcher.find() ? (matcher.group() ?? '') : undefined;
    },
  };
}
