// What a sequence of accesses must do, worked out with the oracle: registers, pc, privilege, trap CSRs and memory.

import { CAUSE, MSTATUS, PRIV } from '../../isa/privilege.js';
import { A5, FIRST_RESULT, HANDLER, MOST_ACCESSES, SV32_CONFIG, USER_CODE_OFFSET, type Sequence } from './generate.js';
import { walk, type AccessKind, type Context, type Memory } from './oracle.js';

const BASE = SV32_CONFIG.map.ramBase;
/** Steps of a run: the accesses, and where a jump went. Always the same, traps or not: the handler is NOPs. */
export const STEPS = MOST_ACCESSES + 2;

/** The parts of the state that a sequence decides. */
export interface Expected {
  /** x0 to x31, those that the sequence writes. */
  readonly registers: ReadonlyMap<number, number>;
  readonly pc: number;
  readonly priv: number;
  /** A jump met a word that is no data word and no NOP: such a sequence is not to be used. */
  readonly stray: boolean;
  /** undefined when nothing trapped. */
  readonly trap: { readonly cause: number; readonly tval: number; readonly epc: number } | undefined;
  /** Walks that the oracle made for the accesses (the code's own not counted), by outcome. */
  readonly walks: { ok: number; page: number; access: number; updated: number };
}

const CAUSES: Record<AccessKind, { readonly page: number; readonly access: number }> = {
  fetch: { page: CAUSE.FETCH_PAGE, access: CAUSE.FETCH_ACCESS },
  load: { page: CAUSE.LOAD_PAGE, access: CAUSE.LOAD_ACCESS },
  store: { page: CAUSE.STORE_PAGE, access: CAUSE.STORE_ACCESS },
};

/** RAM as the oracle sees it. */
export function ramMemory(ram: Uint32Array): Memory {
  const index = (physical: number): number => (physical - BASE) / 4;
  return {
    read: (physical) => ram[index(physical)],
    write: (physical, word) => {
      ram[index(physical)] = word;
    },
  };
}

/** Where the code of a sequence begins, as its privilege sees it. */
export function codeAddress(sequence: Sequence): number {
  return sequence.priv === PRIV.U && sequence.satp !== 0 ? BASE + USER_CODE_OFFSET : BASE;
}

/** Plays a sequence, whose code begins at `start`, on `ram`, which is changed as the machine's RAM must be. */
export function expect(ram: Uint32Array, sequence: Sequence, start: number): Expected {
  const memory = ramMemory(ram);
  const { mstatus, satp } = sequence;
  const mprv = sequence.priv === PRIV.M && (mstatus & MSTATUS.MPRV) !== 0;
  const context = (privilege: number): Context => ({
    privilege,
    satp,
    sum: (mstatus & MSTATUS.SUM) !== 0,
    mxr: (mstatus & MSTATUS.MXR) !== 0,
    adue: sequence.adue,
  });
  const data = context(mprv ? (mstatus & MSTATUS.MPP) >>> 11 : sequence.priv);
  const code = context(sequence.priv);
  const walks = { ok: 0, page: 0, access: 0, updated: 0 };
  const registers = new Map<number, number>();
  let pc = start;

  const trapped = (cause: number, tval: number, steps: number): Expected => {
    // The trap is one step; the rest of them run NOPs in the handler.
    return { registers, pc: HANDLER + 4 * (STEPS - steps - 1), priv: PRIV.M, stray: false, trap: { cause, tval, epc: pc }, walks };
  };
  /** The physical address of RAM, or the cause of the trap. */
  const reach = (va: number, kind: AccessKind, counts = 1): { physical: number } | { cause: number } => {
    let updated = 0;
    const counting: Memory = {
      read: memory.read,
      write: (at, word) => {
        updated = 1;
        memory.write(at, word);
      },
    };
    const outcome = walk(counting, va, kind, kind === 'fetch' ? code : data);
    walks.updated += updated;
    if ('fault' in outcome) {
      walks[outcome.fault] += counts;
      return { cause: CAUSES[kind][outcome.fault] };
    }
    walks.ok += counts;
    return memory.read(outcome.physical) === undefined ? { cause: CAUSES[kind].access } : outcome;
  };

  let steps = 0;
  for (const [i, { operation, va }] of sequence.accesses.entries()) {
    if (operation === 'jump') {
      pc = va;
      steps++;
      break;
    }
    const at = reach(va, operation === 'load' ? 'load' : 'store');
    if ('cause' in at) return trapped(at.cause, va, steps);
    if (operation !== 'store') registers.set(FIRST_RESULT + i, memory.read(at.physical)!);
    if (operation !== 'load') memory.write(at.physical, sequence.stored);
    pc += 4;
    steps++;
  }
  // Whatever stands at pc now: the NOPs after the code, or where the jump went.
  const jumped = sequence.accesses.some((a) => a.operation === 'jump');
  let entered = true;
  for (; steps < STEPS; steps++) {
    if (!jumped) pc += 4;
    else {
      // On the way through a page, the walk is the same one.
      const at = reach(pc, 'fetch', entered || pc % 4096 === 0 ? 1 : 0);
      entered = false;
      if ('cause' in at) return trapped(at.cause, pc, steps);
      const word = memory.read(at.physical)!;
      const opcode = word % 128;
      const rd = Math.floor(word / 128) % 32;
      // A page-table entry can be a LUI too, one to x0 among them.
      if (opcode === 0x37) {
        if (rd !== 0) registers.set(rd, Math.floor(word / 4096) * 4096);
      } else if (word !== 0x13) return { registers, pc, priv: sequence.priv, stray: true, trap: undefined, walks };
      pc = (pc + 4) % 2 ** 32;
    }
  }
  if (!registers.has(A5)) registers.set(A5, 0);
  return { registers, pc, priv: sequence.priv, stray: false, trap: undefined, walks };
}
