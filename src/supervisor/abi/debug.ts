// The debug protocol: what init says to the supervisor through DEBUG. Texts that begin with INIT: are commands, from PID 1 only.
//
//   INIT:SPAWN:{name}                              a process of that name; the answer is its pid
//   INIT:GRANT:{pid}:{slot}:{type}:{id}:{perms}    what init holds in {slot}, which must be {type} and {id}, to {pid}; the answer is the new slot
//   INIT:REVOKE:{pid}:{slot}                       what {pid} holds in {slot}; the answer is the number of capabilities gone
//   INIT:KILL:{pid}:{slot}                         {pid}, by the Process capability in init's {slot}
//   INIT:PERM_RESPONSE:{request}:{ok|err}:{pid}:{slot|code}   how a permission request of the page ended

/** Prefix of commands. */
export const DEBUG_PREFIX = 'INIT:';

export type DebugCommand =
  | { readonly kind: 'spawn'; readonly name: string }
  | {
      readonly kind: 'grant';
      readonly pid: number;
      /** Init's own slot. */
      readonly slot: number;
      readonly type: number;
      readonly object: number;
      readonly rights: number;
    }
  | { readonly kind: 'revoke'; readonly pid: number; readonly slot: number }
  | { readonly kind: 'kill'; readonly pid: number; readonly slot: number }
  | {
      readonly kind: 'permission';
      readonly request: number;
      readonly ok: boolean;
      readonly pid: number;
      /** The new slot, or the error number. */
      readonly value: number;
    };

/** Decimal, without sign, leading zeros or blanks; at most 2^53 - 1. */
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;
/** Names that may become part of an address. */
const NAME = /^[a-z][a-z0-9_-]{0,31}$/;

function numbers(fields: readonly string[]): number[] | undefined {
  const list = fields.map((f) => (NUMBER.test(f) ? Number(f) : NaN));
  return list.every(Number.isSafeInteger) ? list : undefined;
}

const u32 = (...values: number[]): boolean => values.every((v) => v <= 0xffffffff);

/** A process name that may be spawned: a small letter, then small letters, digits, - and _; at most 32. */
export function isSpawnName(name: string): boolean {
  return NAME.test(name);
}

/** The command, or undefined for a text that is none. */
export function parseDebug(text: string): DebugCommand | undefined {
  if (!text.startsWith(DEBUG_PREFIX)) return undefined;
  const [verb, ...fields] = text.slice(DEBUG_PREFIX.length).split(':') as [string, ...string[]];
  if (verb === 'SPAWN') return fields.length === 1 && isSpawnName(fields[0]!) ? { kind: 'spawn', name: fields[0]! } : undefined;
  if (verb === 'PERM_RESPONSE') {
    const [request, outcome, pid, value] = fields;
    const n = numbers([request ?? '', pid ?? '', value ?? '']);
    if (fields.length !== 4 || !n || !u32(...n) || (outcome !== 'ok' && outcome !== 'err')) return undefined;
    return { kind: 'permission', request: n[0]!, ok: outcome === 'ok', pid: n[1]!, value: n[2]! };
  }
  const n = numbers(fields);
  if (!n) return undefined;
  if (verb === 'GRANT' && n.length === 5) {
    const [pid, slot, type, object, rights] = n as [number, number, number, number, number];
    return u32(pid, slot, type, rights) ? { kind: 'grant', pid, slot, type, object, rights } : undefined;
  }
  if ((verb === 'REVOKE' || verb === 'KILL') && n.length === 2 && u32(...n)) {
    return { kind: verb === 'KILL' ? 'kill' : 'revoke', pid: n[0]!, slot: n[1]! };
  }
  return undefined;
}

/** The text of a command: parseDebug's inverse. */
export function formatDebug(command: DebugCommand): string {
  switch (command.kind) {
    case 'spawn':
      return `INIT:SPAWN:${command.name}`;
    case 'grant':
      return `INIT:GRANT:${command.pid}:${command.slot}:${command.type}:${command.object}:${command.rights}`;
    case 'revoke':
      return `INIT:REVOKE:${command.pid}:${command.slot}`;
    case 'kill':
      return `INIT:KILL:${command.pid}:${command.slot}`;
    case 'permission':
      return `INIT:PERM_RESPONSE:${command.request}:${command.ok ? 'ok' : 'err'}:${command.pid}:${command.value}`;
  }
}
