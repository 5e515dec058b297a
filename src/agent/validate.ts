// Inputs of calls: a JSON copy, checked against the tool's schema by a library that interprets it (no eval: pages with a content security policy). The browser checks nothing.

import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { GpuvisorError } from '../isa/errors.js';
import { hex } from './address.js';
import type { Schema, ToolSpec } from './tools/specs.js';

/** Characters of an input as JSON at most: a file of hypervisor_write_file, and room. */
const MAX_INPUT = 1 << 19;
/** Fields that are addresses, wherever they stand: they take numbers too. */
const ADDRESSES: ReadonlySet<string> = new Set(['root_pa', 'va', 'pa', 'address']);
/** Keywords whose errors only say that something inside is wrong. */
const OUTER: ReadonlySet<string> = new Set(['properties', 'items', 'false']);

const validators = new Map<ToolSpec, Validator>();

/**
 * A copy of `input` that has the fields the tool's schema says and no others.
 * @throws GpuvisorError BAD_ARGUMENT naming the field, what came and what is allowed; TOO_LARGE
 */
export function checkInput(tool: ToolSpec, input: unknown): Record<string, unknown> {
  const copy = copyOf(input === undefined ? {} : input);
  if (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) {
    for (const [name, value] of Object.entries(copy)) {
      if (!ADDRESSES.has(name) || typeof value !== 'number') continue;
      (copy as Record<string, unknown>)[name] = Number.isSafeInteger(value) && value >= 0 ? hex(value) : String(value);
    }
  }
  let validator = validators.get(tool);
  if (!validator) {
    validator = new Validator(tool.inputSchema as ConstructorParameters<typeof Validator>[0], '2020-12', false);
    validators.set(tool, validator);
  }
  const { valid, errors } = validator.validate(copy);
  if (valid) return copy as Record<string, unknown>;
  const wrong = errors.filter((e) => !OUTER.has(e.keyword)).slice(0, 4);
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    wrong.map((e) => describe(tool, copy, e)).join('; '),
    `${tool.name} takes ${usage(tool.inputSchema)}`,
  );
}

function copyOf(input: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(input);
  } catch (cause) {
    throw new GpuvisorError('BAD_ARGUMENT', 'the input is no JSON', 'pass a plain object', { cause });
  }
  if (json === undefined) throw new GpuvisorError('BAD_ARGUMENT', `the input is a ${typeof input}`, 'pass a plain object');
  if (json.length > MAX_INPUT) {
    throw new GpuvisorError('TOO_LARGE', `the input has ${json.length} characters; ${MAX_INPUT} are allowed`, 'send less at a time');
  }
  return JSON.parse(json);
}

function describe(tool: ToolSpec, input: unknown, { instanceLocation, keyword, keywordLocation, error }: OutputUnit): string {
  const path = pointer(instanceLocation);
  const value = follow(input, path);
  const name = path.join('.');
  const schema = follow(tool.inputSchema, pointer(keywordLocation).slice(0, -1)) as Schema;
  if (keyword === 'required') {
    const missing = /property "(.*)"\.$/.exec(error)?.[1] ?? 'a field';
    return `${name === '' ? '' : `${name}.`}${missing} is missing`;
  }
  if (keyword === 'additionalProperties') {
    const unknown = /^Property "(.*)" does not/.exec(error)?.[1] ?? 'a field';
    return `${name === '' ? '' : `${name}.`}${unknown.slice(0, 60)} is not a field of it`;
  }
  return `${name === '' ? 'the input' : name} is ${shown(value)}; it takes ${allowed(schema)}`;
}

/** The segments of a JSON pointer that begins with #. */
function pointer(location: string): string[] {
  return location
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function follow(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
    value,
  );
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= 60 ? json : `${json.slice(0, 60)}... (${json.length} characters)`;
}

/** What a schema allows, in words. */
function allowed(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  const { type, minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  switch (type) {
    case 'number': {
      const kind = schema.multipleOf === 1 ? 'a whole number' : 'a number';
      return minimum === undefined ? kind : `${kind} from ${minimum} to ${maximum}`;
    }
    case 'string': {
      const length = maxLength === undefined ? '' : ` of ${minLength ?? 0} to ${maxLength} characters`;
      return `a string${length}${pattern === undefined ? '' : ` that matches ${pattern}`}`;
    }
    case 'array':
      return `a list of ${minItems ?? 0} to ${maxItems ?? 'any number of'} items`;
    case 'object':
      return `an object with ${usage(schema)}`;
    case 'boolean':
      return 'true or false';
  }
}

/** The fields of an object: those it must have, then the others in brackets. */
function usage(schema: Schema): string {
  const names = Object.keys(schema.properties ?? {});
  const required = new Set(schema.required ?? []);
  const parts = [...names.filter((n) => required.has(n)), ...names.filter((n) => !required.has(n)).map((n) => `[${n}]`)];
  return parts.length === 0 ? 'no fields' : parts.join(', ');
}
