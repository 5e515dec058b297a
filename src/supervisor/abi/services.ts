// The protocols of init and of the permission manager: tags of their messages, and the lines by which the supervisor and the page speak to them.
//
// A client CALLs with one of these tags. The answer has tag ANSWER: result i32 (negative: an error of the ABI), and what the request's line says.
// The fields are little-endian; a name or text is all that is left.

import { SIZE } from './constants.js';
import type { ProcessManifest } from './manifest.js';

/** Tags of messages to init (slot 2 of every process) and of its answers. */
export const INIT_TAG = {
  /** Of every answer: result i32, slot u32 (0xffffffff: none). */
  ANSWER: 0x1000,
  /** name. Result: the pid; slot: a Process capability (R, W) on it. */
  SPAWN: 0x1001,
  /** pid u32. Result 0. */
  KILL: 0x1002,
  /** Of the permission manager: request u32, pid u32, type u8, rights u8, object u64. Result 0; slot: at the process. A request that is not 0 is reported by PERM_RESPONSE. */
  GRANT: 0x1003,
  /** Of the permission manager: pid u32, slot u32. Result: how many capabilities went. */
  REVOKE: 0x1004,
  /** Name of a service. Result 0; slot: a capability to send to it. */
  CONNECT: 0x1005,
  /** Of a service, by SEND_CAP with one capability (W, G) on its endpoint: from now on it is reached under the process's name. No answer. */
  REGISTER: 0x1006,
  /** Of the permission manager, by SEND: request u32, pid u32, error u32. How a request that was denied ended. No answer. */
  OUTCOME: 0x1007,
} as const;

/** Tags of messages to the permission manager and of its answers. */
export const PERMISSION_TAG = {
  /** Of every answer: result i32, slot u32; to LIST: count i32, then slot u32, type u8, rights u8, object u64 each. */
  ANSWER: 0x2000,
  /** type u8, rights u8, object u64, reason (at most 200 bytes). Result 0; slot: where the capability is now. */
  REQUEST: 0x2001,
  /** slot u32: gives back what it granted there. Result: how many capabilities went. */
  REVOKE: 0x2002,
  /** What it granted to the caller and is still there. */
  LIST: 0x2003,
} as const;

/** Bounds of the services, in bytes, entries and milliseconds. */
export const SERVICE = {
  /** Bytes of a request's reason. */
  REASON: 200,
  /** Requests that wait for the page at a time. */
  ASKING: 16,
  /** How long the page has to answer, when the manifest does not say, and at most; then it is denied. Milliseconds. */
  ASK_TIME: 60_000,
  ASK_TIME_MOST: 600_000,
  /** Capabilities the permission manager keeps track of, for each process. */
  GRANTS: 32,
} as const;

/** Prefix of the permission manager's questions to the page. */
export const ASK_PREFIX = 'PERM:ASK:';

/** A question of the permission manager: whether process `pid` may have these rights. */
export interface PermissionAsk {
  readonly request: number;
  readonly pid: number;
  readonly type: number;
  readonly object: number;
  readonly rights: number;
  /** The process's own words, without control characters. Whoever shows them says whose they are. */
  readonly reason: string;
}

/** The question in a DEBUG text of the permission manager, or undefined for another text. */
export function parseAsk(text: string): PermissionAsk | undefined {
  const match = /^PERM:ASK:([0-9]{1,10}):([0-9]{1,10}):([0-9]{1,3}):([0-9]{1,16}):([1-7]):([^\0-\x1f\x7f]*)$/.exec(text);
  if (!match) return undefined;
  const [request, pid, type, object, rights] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  return { request, pid, type, object, rights, reason: match[6]! };
}

/** The page's answer, as a line of input to the permission manager. */
export function formatAnswer(request: number, allow: boolean): string {
  return `PERM:ANSWER:${request}:${allow ? 'allow' : 'deny'}\n`;
}

/** Lines as texts that one input each can carry. */
function inputs(lines: readonly string[]): readonly string[] {
  const texts = [''];
  for (const line of [...lines, 'end']) {
    if (texts.at(-1)!.length + line.length + 1 > SIZE.MESSAGE) texts.push('');
    texts[texts.length - 1] += `${line}\n`;
  }
  return texts;
}

/**
 * What init is told before anything else: who may start, kill, reach and offer what, and what it starts itself. Each text is one input of at most 16 KiB. With
 * no manifest nothing is allowed and nothing is started.
 */
export function initInputs(manifest: ProcessManifest | undefined): readonly string[] {
  const lines: string[] = [];
  for (const [name, { policy }] of Object.entries(manifest?.processes ?? {})) {
    if (policy.spawn.length > 0) lines.push(`spawn ${name} ${policy.children} ${policy.spawn.join(' ')}`);
    if (policy.kill !== 'none') lines.push(`kill ${name} ${policy.kill}`);
    if (policy.connect.length > 0) lines.push(`connect ${name} ${policy.connect.join(' ')}`);
    if (policy.serve) lines.push(`serve ${name}`);
  }
  for (const name of manifest?.boot ?? []) lines.push(`boot ${name}`);
  return inputs(lines);
}

/** The same for the permission manager: its rules. */
export function permissionInputs(manifest: ProcessManifest | undefined): readonly string[] {
  const lines = manifest?.askTime === undefined ? [] : [`ask-time ${manifest.askTime}`];
  for (const [name, { policy }] of Object.entries(manifest?.processes ?? {})) {
    for (const { type, object, rights, answer } of policy.request) lines.push(`request ${name} ${type} ${object} ${rights} ${answer}`);
  }
  return inputs(lines);
}
