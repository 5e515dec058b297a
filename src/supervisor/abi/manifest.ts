// The manifest of processes: which binaries may run, with their SHA-256, and what each may ask of init and of the permission manager. `npm run build` writes
// it beside the binaries (dist/processes/manifest.json); the supervisor reads it and hands both services their part as lines of input.

import { GpuvisorError } from '../../isa/errors.js';
import { OBJECT, RIGHT, type ObjectType } from './constants.js';
import { isSpawnName } from './debug.js';
import { SERVICE } from './services.js';

/** Bounds of a manifest. Everything of it that init and the permission manager are told fits their input queues. */
export const MANIFEST = {
  /** Processes named. */
  NAMES: 64,
  /** Entries of each list of a policy. */
  LIST: 24,
  /** Bytes of one binary. */
  BYTES: 16 * 1024 * 1024,
  /** Processes that one process may have running by init, when its policy does not say. */
  CHILDREN: 8,
} as const;

/** What the permission manager does with a request. */
export type RequestAnswer = 'allow' | 'ask' | 'deny';

/** A rule covers requests for this object, for these rights or some of them. */
export interface RequestRule {
  readonly type: ObjectType;
  /** Of a process, console or machine the pid; 0 with type process: every process. '*': any. */
  readonly object: number | '*';
  /** A set of RIGHT. */
  readonly rights: number;
  readonly answer: RequestAnswer;
}

/** What a process may ask for. What is not named is denied. */
export interface ProcessPolicy {
  /** Names it may have init start. */
  readonly spawn: readonly string[];
  /** How many of them may run at a time. */
  readonly children: number;
  /** Whom it may have init kill: nobody, those init started for it while it holds their Process capability with W, or everybody but init and the permission manager. */
  readonly kill: 'none' | 'own' | 'any';
  /** Services whose endpoint init gives it. The permission manager is for everybody. */
  readonly connect: readonly string[];
  /** Whether it may offer a service, under its own name. */
  readonly serve: boolean;
  /** What it may request of the permission manager. The first rule that covers a request decides; none: denied. */
  readonly request: readonly RequestRule[];
}

/** One process of the manifest. */
export interface ManifestEntry {
  /** File name, beside the manifest. */
  readonly file: string;
  /** Length of the file. */
  readonly bytes: number;
  /** Of the file, 64 small hex digits. */
  readonly sha256: string;
  /** Whether it may write to its console. False: the supervisor takes the capability in slot 3 away before the process starts. */
  readonly console: boolean;
  readonly policy: ProcessPolicy;
}

export interface ProcessManifest {
  /** By name. `init` and `permission_manager` are always there. */
  readonly processes: Readonly<Record<string, ManifestEntry>>;
  /** What init starts, in order; a name may stand there twice. */
  readonly boot: readonly string[];
  /** Milliseconds the page has to answer a question of the permission manager; 60,000 when it is left out. */
  readonly askTime?: number;
}

/** The policy of a process that the manifest says nothing about. */
export const NO_POLICY: ProcessPolicy = { spawn: [], children: MANIFEST.CHILDREN, kill: 'none', connect: [], serve: false, request: [] };

const TYPES: Readonly<Record<string, ObjectType>> = Object.fromEntries(
  Object.entries(OBJECT).map(([key, type]) => [key.toLowerCase(), type]),
);

type Json = Record<string, unknown>;

function refuse(where: string, what: string): never {
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `manifest: ${where}: ${what}`,
    'take the manifest.json that `npm run build` writes to dist/processes',
  );
}

/** An object with these keys and no others. */
function object(value: unknown, where: string, required: readonly string[], optional: readonly string[] = []): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, 'an object is expected');
  for (const key of required) if (!Object.hasOwn(value, key)) refuse(where, `'${key}' is missing`);
  for (const key of Object.keys(value)) if (!required.includes(key) && !optional.includes(key)) refuse(where, `'${key}' is not known`);
  return value as Json;
}

function list<T>(value: unknown, where: string, most: number, read: (item: unknown, where: string) => T): readonly T[] {
  if (!Array.isArray(value) || value.length > most) refuse(where, `a list of at most ${most} is expected`);
  return value.map((item, i) => read(item, `${where}[${i}]`));
}

function whole(value: unknown, where: string, most: number, least = 0): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
    refuse(where, `${String(value)}; a whole number from ${least} to ${most} is expected`);
  return value;
}

function choice<T extends string>(value: unknown, where: string, of: readonly T[]): T {
  const found = of.find((one) => one === value);
  return found ?? refuse(where, `${String(value)}; one of ${of.join(', ')} is expected`);
}

function name(value: unknown, where: string): string {
  if (typeof value !== 'string' || !isSpawnName(value)) refuse(where, `${String(value)} is no name: a-z, then a-z 0-9 _ -, at most 32`);
  return value;
}

function flag(value: unknown, where: string): boolean {
  return typeof value === 'boolean' ? value : refuse(where, 'true or false is expected');
}

/** 'r', 'w', 'g', each at most once, in this order. */
function rights(value: unknown, where: string): number {
  if (typeof value !== 'string' || !/^(?!$)r?w?g?$/.test(value)) refuse(where, `${String(value)}; some of 'rwg' in this order is expected`);
  return (value.includes('r') ? RIGHT.READ : 0) | (value.includes('w') ? RIGHT.WRITE : 0) | (value.includes('g') ? RIGHT.GRANT : 0);
}

function rule(value: unknown, where: string): RequestRule {
  const json = object(value, where, ['type', 'object', 'rights', 'answer']);
  return {
    type: TYPES[choice(json['type'], `${where}.type`, Object.keys(TYPES))]!,
    object: json['object'] === '*' ? '*' : whole(json['object'], `${where}.object`, Number.MAX_SAFE_INTEGER),
    rights: rights(json['rights'], `${where}.rights`),
    answer: choice(json['answer'], `${where}.answer`, ['allow', 'ask', 'deny']),
  };
}

function policy(value: unknown, where: string): ProcessPolicy {
  const json: Json = { ...NO_POLICY, ...object(value, where, [], Object.keys(NO_POLICY)) };
  return {
    spawn: list(json['spawn'], `${where}.spawn`, MANIFEST.LIST, name),
    children: whole(json['children'], `${where}.children`, MANIFEST.NAMES),
    kill: choice(json['kill'], `${where}.kill`, ['none', 'own', 'any']),
    connect: list(json['connect'], `${where}.connect`, MANIFEST.LIST, name),
    serve: flag(json['serve'], `${where}.serve`),
    request: list(json['request'], `${where}.request`, MANIFEST.LIST, rule),
  };
}

function entry(value: unknown, where: string): ManifestEntry {
  const json = object(value, where, ['file', 'bytes', 'sha256', 'console'], ['policy']);
  const { file, sha256 } = json;
  if (typeof file !== 'string' || !/^[a-z][a-z0-9_-]{0,31}\.wasm$/.test(file)) refuse(`${where}.file`, `${String(file)} is no NAME.wasm`);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) refuse(`${where}.sha256`, '64 small hex digits are expected');
  return {
    file,
    bytes: whole(json['bytes'], `${where}.bytes`, MANIFEST.BYTES, 1),
    sha256,
    console: flag(json['console'], `${where}.console`),
    policy: json['policy'] === undefined ? NO_POLICY : policy(json['policy'], `${where}.policy`),
  };
}

/**
 * A manifest, from the text of manifest.json or what JSON.parse made of it. Strict: what is not known is refused, and every name that is used must be there.
 * @throws GpuvisorError BAD_ARGUMENT with the place of what is wrong
 */
export function readManifest(json: unknown): ProcessManifest {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json) as unknown;
    } catch (e) {
      refuse('the file', `is no JSON: ${(e as Error).message}`);
    }
  }
  const top = object(value, 'the file', ['processes', 'boot'], ['askTime']);
  const named = object(top['processes'], 'processes', ['init', 'permission_manager'], Object.keys((top['processes'] ?? {}) as Json));
  if (Object.keys(named).length > MANIFEST.NAMES) refuse('processes', `${Object.keys(named).length} names; at most ${MANIFEST.NAMES}`);
  const processes = Object.fromEntries(
    Object.entries(named).map(([key, one]) => [name(key, `processes.${key}`), entry(one, `processes.${key}`)]),
  );
  const known = (one: string, where: string): void => {
    if (!Object.hasOwn(processes, one)) refuse(where, `${one} is not among the processes`);
    if (one === 'init' || one === 'permission_manager') refuse(where, `${one} runs once, from the beginning`);
  };
  for (const [key, { policy: p }] of Object.entries(processes)) for (const one of p.spawn) known(one, `processes.${key}.policy.spawn`);
  const boot = list(top['boot'], 'boot', MANIFEST.LIST, name);
  for (const one of boot) known(one, 'boot');
  const { askTime } = top;
  return askTime === undefined ? { processes, boot } : { processes, boot, askTime: whole(askTime, 'askTime', SERVICE.ASK_TIME_MOST, 1) };
}
