// What the page and the engine behind it say to each other. The engine owns the machines and sits in a worker; this is all that crosses.

import type { CalledProcess } from '../../src/agent/agent.js';
import type { ToolResult } from '../../src/agent/result.js';
import type { VmIdentity } from '../../src/agent/sources.js';
import type { VmStatus } from '../../src/machine/virtual-machine.js';
import type { Trouble } from '../shared/work.js';

/** Both sides were built from the same sources, unless a host serves a mixture of two versions: `start` checks. */
export const PROTOCOL_VERSION = 2;

/** Which hart runs the machines. */
export type Backend = 'gpu' | 'reference';

/** Where a machine came from: what it was booted from, and how it got to where it is. */
export interface Origin {
  /** `cold`: booted from the start; `login`: the start-up snapshot; `session`: saved when the page was last here; `snapshot`: a named one. */
  readonly how: 'cold' | 'login' | 'session' | 'snapshot';
  /** What was booted, for a reader: "Linux", or a file's name. */
  readonly title: string;
  /** The snapshot's name, and when it was taken (ISO 8601). */
  readonly snapshot?: string;
  readonly savedAt?: string;
}

/** A machine as the page shows it. */
export interface MachineInfo {
  /** `main_cpu` for the page's own. */
  readonly id: string;
  /** The process that it is, and how many machines have had this pid. */
  readonly pid: number;
  readonly generation: number;
  readonly origin: Origin;
  readonly status: VmStatus;
  /** Million instructions a second of wall time since the status before: what idle time leaves of `status.mips`. */
  readonly pace: number;
}

/** A snapshot without its bytes. */
export interface SnapshotInfo {
  readonly name: string;
  /** What the machine was booted from, for a reader. */
  readonly title: string;
  /** ISO 8601. */
  readonly savedAt: string;
  /** Bytes in the browser's storage. */
  readonly size: number;
  readonly memoryMb: number;
  readonly instret: number;
}

/** What the automatic save is doing. */
export type SessionState =
  /** `why`: another tab keeps the session, or there is no storage. */
  | { readonly kind: 'off'; readonly why: string }
  | { readonly kind: 'none' }
  /** `newer`: something has happened since. */
  | { readonly kind: 'saved'; readonly savedAt: string; readonly size: number; readonly newer: boolean }
  | { readonly kind: 'failed'; readonly trouble: Trouble; readonly savedAt?: string };

/** What the engine runs on. */
export interface Started {
  readonly backend: Backend;
  /** The adapter's name, or "reference hart". */
  readonly adapter: string;
  /** The guests that are there to boot, by name; empty when the guest was not built. */
  readonly builtins: readonly string[];
  /** Whether the start-up snapshot is there. */
  readonly login: boolean;
}

/** A file that a person dropped or chose. */
export interface DroppedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What could not be resumed: the saved session, which is kept as a snapshot of this name, or the start-up snapshot. */
export interface Unresumed {
  readonly trouble: Trouble;
  readonly keptAs?: string;
}

/** Requests: what each takes and answers. */
export interface Requests {
  /**
   * First of all. `canvas` shows the machine that is shown, and is handed over once: a second start, after one that failed, does without. `base` is the
   * page's address. `session`: whether main_cpu is kept when the page is left.
   * @throws WEBGPU_UNAVAILABLE
   */
  start: {
    takes: { version: number; base: string; canvas?: OffscreenCanvas; visible: boolean; backend: Backend; session: boolean };
    answers: Started;
  };
  /** Goes on with the saved session (main_cpu alone has one), else with the start-up snapshot, else boots what is built in from cold. */
  open: {
    takes: { prefer: 'session' | 'login' | 'cold'; name: string; memoryMb?: number } & Place;
    answers: { machine: MachineInfo; unresumed?: Unresumed };
  };
  /** Boots what is built in or a file: cartridge, kernel image, ELF program, snapshot; or a cartridge at a URL. */
  boot: { takes: ({ name: string } | { file: DroppedFile } | { url: string }) & { memoryMb?: number } & Place; answers: MachineInfo };
  pause: { takes: object; answers: MachineInfo };
  resume: { takes: object; answers: MachineInfo };
  reset: { takes: object; answers: MachineInfo };
  /** Moves the machine to the other hart, as it is. */
  move: { takes: { backend: Backend }; answers: Started };
  /** Which machine is shown and takes input. */
  show: { takes: { id: string }; answers: MachineInfo };
  /** Types a text of any length. */
  type: { takes: { to: 'keyboard' | 'uart'; text: string }; answers: object };
  save: { takes: { name: string }; answers: SnapshotInfo };
  restore: { takes: { name: string } & Place; answers: MachineInfo };
  remove: { takes: { name: string }; answers: object };
  snapshots: { takes: object; answers: readonly SnapshotInfo[] };
  /** The bytes of a named snapshot, or of the machine as it is now. */
  export: { takes: { name?: string }; answers: { name: string; bytes: Uint8Array } };
  /** The screen as a PNG. */
  picture: { takes: object; answers: { bytes: Uint8Array } };
  /** The text on the screen, where it can be read exactly. */
  text: { takes: object; answers: { text: string } };
  /** Saves the session now. */
  keep: { takes: object; answers: SessionState };
  /** Forgets what the guest wrote to the disk of the built-in Linux; it takes effect with the next boot from cold. */
  forget: { takes: object; answers: object };
  /** A tool call of an agent, which the supervisor has allowed for `process`. Never throws: failures are results. */
  call: { takes: { name: string; input: unknown; principal: string; process?: CalledProcess }; answers: ToolResult };
  /** Ends a machine, if it is there. */
  end: { takes: { pid: number }; answers: object };
  /** Bytes for the serial line of a machine; answered when there is room for more. @throws DISPOSED */
  send: { takes: { pid: number; bytes: Uint8Array }; answers: object };
  /** Bounds the share of time of a machine's hart. */
  limit: { takes: { pid: number; share: number }; answers: object };
  /** Draws the screen of the machine of this name, now and whenever there is one, on a canvas that is handed over. */
  screen: { takes: { id: string; canvas: OffscreenCanvas }; answers: object };
  /** What reading the screens has cost so far: pictures drawn, milliseconds. */
  drawing: { takes: object; answers: { readonly id: string; readonly drawn: number; readonly readMs: number }[] };
}

/** Where a machine goes: its name, and the process that it is going to be. */
export interface Place {
  readonly id: string;
  readonly process: VmIdentity;
}

export type Act = keyof Requests;
export type Takes<A extends Act> = Requests[A]['takes'];
export type Answers<A extends Act> = Requests[A]['answers'];

/** To the engine. */
export type ToEngine =
  | { readonly kind: 'ask'; readonly id: number; readonly act: Act; readonly takes: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Bytes for the serial line, or records for the keyboard or the pointer of the machine that is shown. */
  | { readonly kind: 'input'; readonly to: 'uart' | 'keyboard' | 'pointer'; readonly bytes: Uint8Array }
  | { readonly kind: 'visible'; readonly visible: boolean };

/** From the engine. */
export type FromEngine =
  | { readonly kind: 'ready' }
  /** WebGPU does not work in workers here; the page runs the engine itself. */
  | { readonly kind: 'unable' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'trouble'; readonly id: number; readonly trouble: Trouble }
  | { readonly kind: 'event'; readonly event: EngineEvent };

/** What happens without being asked for. */
export type EngineEvent =
  /** The machines there are, and which is shown; a few times a second while something changes. */
  | { readonly kind: 'machines'; readonly machines: readonly MachineInfo[]; readonly shown: string | undefined }
  /** A machine is there, or another one in its place; before anything that it prints. */
  | { readonly kind: 'appeared'; readonly machine: MachineInfo }
  /** Serial output of a machine. */
  | { readonly kind: 'console'; readonly pid: number; readonly bytes: Uint8Array }
  /** What a machine has printed so far: it has just come, or is shown from now on. Undefined: nothing is shown. */
  | { readonly kind: 'text'; readonly pid: number | undefined; readonly bytes: Uint8Array; readonly shown: boolean }
  | { readonly kind: 'session'; readonly session: SessionState }
  /** The snapshots changed: an agent saves some too. */
  | { readonly kind: 'snapshots' }
  | { readonly kind: 'progress'; readonly doing: string; readonly done: number; readonly total: number }
  /** Input that the machine had no room for was dropped. */
  | { readonly kind: 'dropped'; readonly to: string };
