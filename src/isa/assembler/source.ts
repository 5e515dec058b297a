// Source text to statements: comments removed, lines split at `;`, labels and operands separated.

import { AsmError, escape } from './expression.js';

/** Where a statement stands. Lines count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

/** One source line without its comment. */
export interface Line extends Location {
  readonly text: string;
}

/** Removes comments (`#`, `//`, and slash-star) and splits at newlines and `;`, all outside quotes. */
export function splitLines(source: string, file: string): Line[] {
  const lines: Line[] = [];
  let line = 1;
  let startLine = 1;
  let text = '';
  const flush = (): void => {
    if (text.trim() !== '') lines.push({ file, line: startLine, text: text.trim() });
    text = '';
    startLine = line;
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    const two = source.slice(i, i + 2);
    if (c === '\n') {
      line++;
      flush();
    } else if (c === ';') flush();
    else if (c === '#' || two === '//') {
      while (i + 1 < source.length && source[i + 1] !== '\n') i++;
    } else if (two === '/*') {
      const end = source.indexOf('*/', i + 2);
      const stop = end < 0 ? source.length : end + 2;
      for (let j = i; j < stop; j++) if (source[j] === '\n') line++;
      text += ' ';
      i = stop - 1;
    } else if (c === '"') {
      const start = i++;
      while (i < source.length && source[i] !== '"' && source[i] !== '\n') i += source[i] === '\\' ? 2 : 1;
      text += source.slice(start, i + 1);
    } else if (c === "'" && i + 1 < source.length && source[i + 1] !== '\n') {
      const length = source[i + 1] === '\\' ? 3 : 2;
      text += source.slice(i, i + length);
      i += length - 1;
      if (source[i + 1] === "'") {
        text += "'";
        i++;
      }
    } else text += c === '\t' || c === '\r' ? ' ' : c;
  }
  flush();
  return lines;
}

/** Splits at `separator` outside quotes and parentheses; pieces are trimmed. Empty text gives no pieces. */
export function splitOperands(text: string, separator = ','): string[] {
  if (text.trim() === '') return [];
  const out: string[] = [];
  let depth = 0;
  let piece = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '"') {
      const start = i++;
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
      piece += text.slice(start, i + 1);
      continue;
    }
    if (c === "'" && text[i + 1] !== undefined) {
      const length = text[i + 1] === '\\' ? 3 : 2;
      const closed = text[i + length] === "'" ? 1 : 0;
      piece += text.slice(i, i + length + closed);
      i += length + closed - 1;
      continue;
    }
    if (c === '(') depth++;
    if (c === ')') depth--;
    if (c === separator && depth === 0) {
      out.push(piece.trim());
      piece = '';
    } else piece += c;
  }
  out.push(piece.trim());
  return out;
}

/** The bytes of a quoted string; text outside ASCII becomes UTF-8. @throws AsmError */
export function stringBytes(text: string): number[] {
  const t = text.trim();
  if (t.length < 2 || t[0] !== '"' || t[t.length - 1] !== '"') throw new AsmError(`${t || 'nothing'} is not a quoted string`);
  const inner = t.slice(1, -1);
  const out: number[] = [];
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '\\') {
      const e = escape(inner, i + 1);
      out.push(e.byte);
      i += e.length;
    } else {
      const code = inner.codePointAt(i)!;
      out.push(...new TextEncoder().encode(String.fromCodePoint(code)));
      if (code > 0xffff) i++;
    }
  }
  return out;
}
