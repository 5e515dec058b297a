// From a program on which two harts differ to a few instructions: shorten the runs, take blocks away, put state back to reset.

import { resetState, STATE_FIELDS, W } from '../../isa/state.js';
import type { Arena, Difference, Schedule } from './arena.js';
import { CODE_START, PAGE, PAGE_SIZE, R } from './layout.js';
import type { Program } from './program.js';

/** A failing program, as small as it got. */
export interface Shrunk {
  readonly program: Program;
  readonly schedule: Schedule;
  readonly difference: Difference;
}

const MOST_PASSES = 6;

/** The reserved registers keep a program safe (layout.ts): they are never touched. */
const KEPT = new Set<number>([W.x, ...Object.values(R).map((r) => W.x + r), W.pc, W.retired, W.retired + 1]);

/** Cuts the schedule after the run that shows the difference, and that run to as few steps as still show it. */
async function shorten(
  arena: Arena,
  program: Program,
  schedule: Schedule,
): Promise<{ schedule: Schedule; difference: Difference } | undefined> {
  const seen = (await arena.trial([program], schedule)).differences[0];
  if (!seen) return undefined;
  const before = schedule.slice(0, seen.round);
  let difference = seen;
  // A difference in memory shows at the end only: look for the run that makes it.
  if (seen.field === 'memory') {
    for (let round = 0; round < schedule.length; round++) {
      const at = (await arena.trial([program], schedule.slice(0, round + 1))).differences[0];
      if (!at) continue;
      difference = at;
      before.splice(0, before.length, ...schedule.slice(0, round));
      break;
    }
  }
  let [equal, differs] = [0, schedule[before.length]!];
  while (differs - equal > 1) {
    const middle = (equal + differs) >> 1;
    const at = (await arena.trial([program], [...before, middle])).differences[0];
    if (at) [differs, difference] = [middle, at];
    else equal = middle;
  }
  return { schedule: [...before, differs], difference };
}

/** Keeps every change that still fails, first all of those that fail alone together, then one by one. */
async function keepWhatFails(
  arena: Arena,
  program: Program,
  schedule: Schedule,
  changes: readonly ((p: Program) => Program)[],
): Promise<Program> {
  const alone: ((p: Program) => Program)[] = [];
  for (let i = 0; i < changes.length; i += arena.size) {
    const batch = changes.slice(i, i + arena.size);
    const { differences } = await arena.trial(
      batch.map((change) => change(program)),
      schedule,
    );
    batch.forEach((change, k) => differences[k] && alone.push(change));
  }
  // Halve the set until it fails together.
  let current = program;
  let rest = alone;
  let take = rest.length;
  while (rest.length > 0) {
    const together = rest.slice(0, take).reduce((p, change) => change(p), current);
    if ((await arena.trial([together], schedule)).differences[0]) {
      current = together;
      rest = rest.slice(take);
      take = rest.length;
    } else if (take > 1) take = take >> 1;
    else {
      rest = rest.slice(1);
      take = rest.length;
    }
  }
  return current;
}

function without(from: number, to: number): (p: Program) => Program {
  return (p) => {
    const removed = new Set(p.removed);
    for (let i = from; i < to; i++) removed.add(i);
    return { ...p, removed };
  };
}

async function takeBlocks(arena: Arena, program: Program, schedule: Schedule): Promise<Program> {
  let current = program;
  for (let size = Math.ceil(current.blocks.length / 2); ; size = Math.ceil(size / 2)) {
    const chunks: ((p: Program) => Program)[] = [];
    for (let at = 0; at < current.blocks.length; at += size) {
      const end = Math.min(at + size, current.blocks.length);
      if (Array.from({ length: end - at }, (_, i) => at + i).some((i) => !current.removed.has(i))) chunks.push(without(at, end));
    }
    current = await keepWhatFails(arena, current, schedule, chunks);
    if (size === 1) return current;
  }
}

async function resetFields(arena: Arena, program: Program, schedule: Schedule): Promise<Program> {
  const reset = resetState(CODE_START);
  const changes: ((p: Program) => Program)[] = [];
  const change = (offset: number, length: number): void => {
    if (program.state.subarray(offset, offset + length).some((v, i) => v !== reset[offset + i])) {
      changes.push((p) => {
        const state = p.state.slice();
        state.set(reset.subarray(offset, offset + length), offset);
        return { ...p, state };
      });
    }
  };
  for (const { name, offset, length } of STATE_FIELDS) {
    if (name === 'x') {
      for (let i = 0; i < length; i++) if (!KEPT.has(offset + i)) change(offset + i, 1);
    } else if (!KEPT.has(offset)) change(offset, length);
  }
  for (let page = PAGE.DATA; page < PAGE.DATA_END; page++) {
    changes.push((p) => {
      const background = p.background.slice();
      background.fill(0, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      return { ...p, background };
    });
  }
  return keepWhatFails(arena, program, schedule, changes);
}

function size(program: Program, schedule: Schedule): number {
  return program.blocks.length - program.removed.size + schedule.reduce((a, b) => a + b, 0);
}

/** Shrinks a program that fails under `schedule`; undefined when it does not fail again. */
export async function shrink(
  arena: Arena,
  program: Program,
  schedule: Schedule,
  onProgress?: (blocksLeft: number) => void,
): Promise<Shrunk | undefined> {
  let short = await shorten(arena, program, schedule);
  if (!short) return undefined;
  let current = program;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const before = size(current, short.schedule);
    current = await takeBlocks(arena, current, short.schedule);
    onProgress?.(current.blocks.length - current.removed.size);
    current = await resetFields(arena, current, short.schedule);
    const again = await shorten(arena, current, short.schedule);
    if (!again) break;
    short = again;
    if (size(current, short.schedule) >= before) break;
  }
  return { program: current, ...short };
}
