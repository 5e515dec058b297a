// Numbers of the kernel in words, and texts of processes made fit to be shown.

import {
  errorName,
  EVERY_PROCESS,
  FAULT,
  KIND,
  OBJECT,
  objectName,
  PROCESS_STATE,
  RIGHT,
  type Kind,
  type ProcessState,
} from '../../../src/supervisor/abi/index.js';
import { END, type Ended } from '../../../src/supervisor/kernel/index.js';

const KINDS: Readonly<Record<Kind, string>> = {
  [KIND.SUPERVISOR]: 'supervisor',
  [KIND.WASM]: 'WASM',
  [KIND.VM]: 'machine',
  [KIND.PRINCIPAL]: 'principal',
};
export const kindWord = (kind: Kind): string => KINDS[kind];

const STATES: Readonly<Record<ProcessState, string>> = {
  [PROCESS_STATE.STARTING]: 'starting',
  [PROCESS_STATE.RUNNING]: 'running',
  [PROCESS_STATE.BLOCKED]: 'waiting',
};
export const stateWord = (state: ProcessState): string => STATES[state];

/** "R W G", as many as there are; a dash for none. */
export function rightsWord(rights: number): string {
  const letters = [rights & RIGHT.READ && 'R', rights & RIGHT.WRITE && 'W', rights & RIGHT.GRANT && 'G'].filter(Boolean);
  return letters.length > 0 ? letters.join(' ') : '–';
}

/** Characters that would move what stands around them: controls, and those that turn the direction of writing. */

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text of a process as one line of at most `most` characters; what cannot be seen shows as a box. */
export function shownText(text: string, most = 80): string {
  const seen = text.replace(UNSEEN, '\u25a1');
  const letters = [...seen];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : seen;
}

/** A process for a reader: "terminal 4". */
export function processWord(pid: number, names: ReadonlyMap<number, string>): string {
  const name = names.get(pid);
  return name === undefined ? `pid ${pid}` : `${shownText(name, 24)} ${pid}`;
}

/** What a capability is about. `owners`: of endpoints. */
export function objectWord(
  type: number,
  object: number,
  names: ReadonlyMap<number, string>,
  owners: ReadonlyMap<number, number> = new Map(),
): string {
  switch (type) {
    case OBJECT.ENDPOINT: {
      const owner = owners.get(object);
      return owner === undefined ? `endpoint ${object}` : `endpoint ${object} of ${processWord(owner, names)}`;
    }
    case OBJECT.PROCESS:
      return object === EVERY_PROCESS ? 'every process' : `process ${processWord(object, names)}`;
    case OBJECT.CONSOLE:
      return `console of ${processWord(object, names)}`;
    case OBJECT.VM:
      return object === 0 ? 'machines to come' : `machine ${processWord(object, names)}`;
    default:
      return `${objectName(type).toLowerCase().replace('_', ' ')} ${object}`;
  }
}

const FAULTS = new Map<number, string>(Object.entries(FAULT).map(([name, number]) => [number, name.toLowerCase().replace('_', ' ')]));

/** What the rights on an object of a type let their holder do: read, write, grant. */
const DEEDS: Readonly<Record<number, readonly [string, string]>> = {
  [OBJECT.ENDPOINT]: ['receive from', 'send to'],
  [OBJECT.PROCESS]: ['see', 'end'],
  [OBJECT.CONSOLE]: ['read', 'write to'],
  [OBJECT.VM]: ['look at', 'control'],
};

/** What somebody wants to do with rights on an object of a type: "see and end". */
export function deedWord(type: number, rights: number): string {
  const [read, write] = DEEDS[type] ?? ['read', 'write'];
  const deeds = [rights & RIGHT.READ && read, rights & RIGHT.WRITE && write, rights & RIGHT.GRANT && 'hand on'].filter(Boolean);
  return deeds.length > 2 ? `${deeds[0]}, ${deeds[1]} and ${deeds[2]}` : deeds.join(' and ');
}

/** How a process ended. */
export function endedWord({ how, code, reason, text }: Pick<Ended, 'how' | 'code' | 'reason' | 'text'>): string {
  if (how === END.EXIT) return `exited with ${code}`;
  if (how === END.KILL) return 'killed';
  const said = text === '' ? '' : `: ${shownText(text, 120)}`;
  return `fault, ${FAULTS.get(reason) ?? reason}${said}`;
}

/** A result: an error's name, or the number. */
export function resultWord(result: number): string {
  return result < 0 ? (errorName(result) ?? String(result)) : String(result);
}

/** Microseconds as seconds with milliseconds: "12.345". */
export function clockWord(microseconds: number): string {
  return (microseconds / 1e6).toFixed(3);
}

/** When a capability ends. `now` in microseconds of the epoch, as `expiry`. */
export function expiryWord(expiry: number, now: number): string {
  if (expiry === 0) return 'for good';
  const seconds = (expiry - now) / 1e6;
  if (seconds <= 0) return 'expired';
  return seconds < 100 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

/** Bytes as "512 B", "12.3 KB", "2.7 MB". */
export function bytesWord(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The beginning of a hash. */
export const shortHash = (hash: string): string => `${hash.slice(0, 8)}…${hash.slice(-8)}`;
