// What a call gives back: plain JSON, `success` first. The shapes of the WebMCP page of this house (docs/agents.md); no tool ever throws.

import { GpuvisorError } from '../isa/errors.js';

/** Fields of a result: JSON values only. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Success {
  readonly success: true;
  readonly [field: string]: unknown;
}

/** What went wrong: a stable code, what came and what is allowed, the call to make next. `content` repeats it for clients that read only that. */
export interface Failure {
  readonly success: false;
  readonly isError: true;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
}

export type ToolResult = Success | Failure;

/** The result of a call that failed. Anything but a GpuvisorError is a defect and says so, without its stack. */
export function failure(error: unknown): Failure {
  const { code, message, hint } =
    error instanceof GpuvisorError
      ? error
      : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: 'report this as a defect of gpuvisor' };
  const text = `${code}: ${message}${hint ? `\nHint: ${hint}` : ''}`;
  return { success: false, isError: true, error: { code, message, hint }, content: [{ type: 'text', text }] };
}

/** The result of a call that worked. @throws GpuvisorError INTERNAL when a field is no JSON */
export function success(fields: Fields): Success {
  return plain({ success: true, ...fields }, '', 0) as Success;
}

/** Nesting of a result at most. */
const DEPTH = 16;

/**
 * A copy with JSON values only: fields that are undefined are left out. Typed arrays, BigInts, symbols, functions, NaN and the infinities would be lost or
 * crash the receiver, so they are a defect here. @throws GpuvisorError INTERNAL naming the field
 */
function plain(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth < DEPTH && Array.isArray(value)) return value.map((item, i) => plain(item, `${path}/${i}`, depth + 1));
  if (depth < DEPTH && typeof value === 'object' && isRecord(value)) {
    const copy: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(value)) if (field !== undefined) copy[name] = plain(field, `${path}/${name}`, depth + 1);
    return copy;
  }
  const kind = typeof value === 'object' ? Object.prototype.toString.call(value) : typeof value === 'number' ? String(value) : typeof value;
  throw new GpuvisorError('INTERNAL', `the result has ${kind} at ${path || '/'}`, 'report this as a defect of gpuvisor');
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
