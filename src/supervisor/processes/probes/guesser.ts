// A probe: tries every syscall number with slots, rights, pids, objects and lengths made up at random, and looks whether it came to hold or see more than it
// was born with. What would only make it wait, or leave, is kept short.

import { ERROR, OBJECT, RECEIVE, SIZE, SLOT, SYSCALL } from '../rt/abi.generated';
import { ask, caps, exit, pid, print, processes } from '../rt/kernel';
import { syscall } from '../rt/env';

/** Calls it makes. */
const CALLS = 4000;
const data: usize = memory.data(65536);
const me = pid();
let seed: u32 = me * 2654435761;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >> 8) % below;
}

/** Small ones mostly, and those at the ends. */
function word(): u32 {
  const kind = random(8);
  if (kind < 5) return random(12);
  return kind === 5 ? random(0x1000000) : kind === 6 ? SLOT.NONE - random(3) : 0x80000000 + random(2);
}

function length(): u32 {
  const kind = random(8);
  if (kind < 4) return random(64);
  return kind === 4
    ? SIZE.MESSAGE + random(3) - 1
    : kind === 5
      ? 65536 + random(3) - 1
      : kind === 6
        ? random(70000)
        : 0xffffffff - random(8);
}

/** Fills the data with tags, small numbers and letters. */
function scribble(): void {
  for (let i: usize = 0; i < 128; i++) store<u8>(data + i, <u8>(random(3) === 0 ? random(8) : 0x41 + random(58)));
}

function guess(number: u32): void {
  let a0 = word();
  let a1 = word();
  let a2 = word();
  if (number === SYSCALL.EXIT) return;
  if (number === SYSCALL.SLEEP) a0 = random(2);
  if (number === SYSCALL.RECEIVE) a2 = 1;
  if (number === SYSCALL.CALL) a2 = 1 + random(3);
  if (number === SYSCALL.RECEIVE && random(2) === 0) a1 = RECEIVE.NOBLOCK;
  // It keeps its console, to tell.
  if (number === SYSCALL.CAP_DELETE && a0 <= SLOT.CONSOLE) return;
  if (number === SYSCALL.SEND_CAP && random(2) === 0) a2 = random(64) | (random(10) << 16);
  scribble();
  const at = random(8) === 0 ? word() : <u32>data;
  syscall(<i32>number, <i32>a0, <i32>a1, <i32>a2, at, <i32>length());
}

/** What it should not hold. */
function loot(): i32 {
  let more = 0;
  const held = caps();
  for (let i = 0; i < held.length; i++) {
    const cap = held[i];
    const own = cap.type === OBJECT.ENDPOINT || (cap.type === OBJECT.CONSOLE && cap.object === me);
    if (!own) more++;
  }
  return more + processes().length - 1;
}

for (let i = 0; i < CALLS; i++) guess(random(8) === 0 ? word() : random(0x48));
for (let number: u32 = 0; number < 0x200; number++) guess(number);
const more = loot();
print(`guesser: ${CALLS + 0x200} calls, ${more} things it should not have\r\n`);
if (more > 0 || ask(0xff) !== -ERROR.NOSYS) exit(1);
