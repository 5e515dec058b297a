// hypervisor_input and hypervisor_type: what a person would do with keyboard, mouse or terminal.
// A keydown without `hold` is a whole key press: agents send keydown alone, and a key that stays down repeats in the guest's own time (docs/seed-differences.md).

import { GpuvisorError } from '../../isa/errors.js';
import {
  type PointerButton,
  type PointerEvent,
  isModifier,
  keyEvent,
  keyOfName,
  keyPress,
  pointerEvent,
  textKeys,
} from '../../machine/input/index.js';
import { checkAborted, sleep } from '../abort.js';
import type { Fields } from '../result.js';
import { serialKey } from '../serial-keys.js';
import { type Vm, writeCursor } from '../vm.js';
import type { Handler, OnMachine } from './tool.js';

interface Event {
  readonly type?: 'keydown' | 'keyup' | 'mousemove' | 'mousedown' | 'mouseup';
  readonly key?: string;
  readonly x?: number;
  readonly y?: number;
  readonly button?: PointerButton;
  readonly hold?: boolean;
}

interface Input extends OnMachine, Event {
  readonly events?: readonly Event[];
  readonly to?: Target;
}

interface Type extends OnMachine {
  readonly text: string;
  readonly submit?: boolean;
  readonly to?: Target;
}

type Target = 'keyboard' | 'uart';

/** Something to send, and what is remembered once it was sent. */
interface Piece {
  readonly to: Target | 'pointer';
  readonly bytes: Uint8Array;
  readonly sent?: (vm: Vm) => void;
}

/** Bytes that wait in the machine at most before more are sent. */
const WAITING = 1 << 15;
/** Bytes of one piece: a whole number of input events. */
const PIECE = 1 << 14;
/** How long a guest gets to take what was sent, ms, and how often that is looked at. */
const TAKE_MS = 5000;
const LOOK_MS = 5;

export const input: Handler<Input> = {
  order: 'turn',
  async act(request, { on, signal }) {
    const vm = on(request.kernel_id);
    const { events: list, to, kernel_id: _, ...single } = request;
    if (list && Object.keys(single).length > 0) {
      throw new GpuvisorError('BAD_ARGUMENT', 'both a single event and events are given', 'pass one of the two');
    }
    const events = list ?? [single];
    const target = targetOf(vm, to);
    // All of them are checked before the first is sent.
    const state = { pointer: vm.pointer, held: new Map(vm.held) };
    const pieces = events.map((event, i) => pieceOf(event, list ? `events.${i}.` : '', vm, target, state));
    const fields = await send(vm, pieces, signal);
    return { event_processed: true, events: events.length, ...fields };
  },
};

export const type: Handler<Type> = {
  order: 'turn',
  async act({ text, submit = false, to, kernel_id }, { on, signal }) {
    const vm = on(kernel_id);
    const target = targetOf(vm, to);
    const whole = submit ? `${text}\n` : text;
    const bytes = target === 'keyboard' ? textKeys(whole) : new TextEncoder().encode(whole.replaceAll(/\r\n|\n/g, '\r'));
    return { typed: [...text].length, submitted: submit, to: target, ...(await send(vm, [{ to: target, bytes }], signal)) };
  },
};

/** Where keys go. @throws GpuvisorError BAD_ARGUMENT when the machine has no keyboard and one is asked for */
function targetOf(vm: Vm, to: Target | undefined): Target {
  if (to === 'keyboard' && !vm.takes('keyboard')) {
    throw new GpuvisorError('BAD_ARGUMENT', `machine ${vm.id} has no keyboard`, 'leave "to" out, or pass "uart"');
  }
  return to ?? (vm.takes('keyboard') ? 'keyboard' : 'uart');
}

/** What one event sends. `state` is what the events before it lead to. */
function pieceOf(event: Event, path: string, vm: Vm, target: Target, state: { pointer: Vm['pointer']; held: Map<string, string> }): Piece {
  const { type: kind, key } = event;
  const bad = (what: string, hint: string): GpuvisorError => new GpuvisorError('BAD_ARGUMENT', `${path}${what}`, hint);
  if (kind === undefined) throw bad('type is missing', 'pass type: keydown, keyup, mousemove, mousedown or mouseup, or a list of events');
  if (kind === 'keydown' || kind === 'keyup') {
    if (key === undefined) throw bad('key is missing', `a ${kind} has a key, for example "Enter"`);
    if (event.x !== undefined || event.y !== undefined || event.button !== undefined)
      throw bad('x, y or button is given with a key', 'leave them out');
    return target === 'uart' ? serialPiece(kind, key) : keyPiece(kind, key, event.hold ?? false, state.held);
  }
  if (key !== undefined || event.hold !== undefined) throw bad('key or hold is given with a mouse event', 'leave them out');
  if (!vm.takes('pointer')) throw new GpuvisorError('NO_SCREEN', `machine ${vm.id} has no pointer`, 'use keyboard events');
  const { x = state.pointer?.x, y = state.pointer?.y } = event;
  if (x === undefined || y === undefined)
    throw bad('x and y are missing', 'pass both, in framebuffer pixels, for example {"type":"mousedown","x":320,"y":240}');
  const at: PointerEvent = {
    type: kind === 'mousemove' ? 'move' : kind === 'mousedown' ? 'down' : 'up',
    x,
    y,
    ...(event.button !== undefined && kind !== 'mousemove' && { button: event.button }),
  };
  const bytes = pointerEvent(at);
  state.pointer = { x, y };
  return { to: 'pointer', bytes, sent: (v) => (v.pointer = { x, y }) };
}

function serialPiece(kind: 'keydown' | 'keyup', key: string): Piece {
  const sent = serialKey(key);
  return { to: 'uart', bytes: new TextEncoder().encode(kind === 'keydown' ? sent : '') };
}

const NOTHING = new Uint8Array(0);

function keyPiece(kind: 'keydown' | 'keyup', key: string, hold: boolean, held: Map<string, string>): Piece {
  const up = keyEvent(key, false);
  const name = String(up);
  if (kind === 'keyup') {
    // The press of a keydown without hold is over already.
    if (!held.delete(name)) return { to: 'keyboard', bytes: NOTHING };
    return { to: 'keyboard', bytes: up, sent: (vm) => vm.held.delete(name) };
  }
  const named = keyOfName(key)?.key;
  if (!hold && !(named && isModifier(named))) {
    // A key that is held down already is pressed no further.
    return { to: 'keyboard', bytes: held.has(name) ? NOTHING : keyPress(key) };
  }
  if (held.has(name)) return { to: 'keyboard', bytes: NOTHING };
  held.set(name, key);
  return { to: 'keyboard', bytes: keyEvent(key, true), sent: (vm) => vm.held.set(name, key) };
}

/**
 * Sends pieces in order and waits a while for the guest to take them. Neighbours for one target go together.
 * @throws GpuvisorError GUEST_TRAPPED, BUSY when the guest takes no input
 */
async function send(vm: Vm, pieces: readonly Piece[], signal: AbortSignal): Promise<Fields> {
  vm.checkAlive();
  const cursor = await vm.perform(signal, (machine) => {
    const total = pieces.reduce((sum, p) => sum + p.bytes.length, 0);
    if (machine.inputWaiting > WAITING && total > 0) throw busy(vm);
    return { serial: vm.serial.end, screen: vm.view.log.last };
  });
  for (const { to, bytes, sent } of pieces) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await room(vm, signal);
      checkAborted(signal);
      vm.machine.send(bytes.subarray(at, at + PIECE), to);
    }
    sent?.(vm);
  }
  const began = performance.now();
  while (vm.machine.inputWaiting > 0 && performance.now() - began < TAKE_MS && vm.status.state === 'running') await sleep(LOOK_MS, signal);
  const { state, inputWaiting } = vm.status;
  const note =
    state === 'paused'
      ? 'the machine is paused: it takes this after hypervisor_resume'
      : inputWaiting > 0
        ? 'the guest has not taken all of it yet: it may still be booting'
        : undefined;
  return { kernel_id: vm.id, state, input_waiting: inputWaiting, note, cursor: writeCursor(cursor) };
}

/** Waits until more may be sent. @throws GpuvisorError BUSY when nothing is taken for a while */
async function room(vm: Vm, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  while (vm.machine.inputWaiting > WAITING) {
    if (performance.now() - began > TAKE_MS || vm.status.state !== 'running') throw busy(vm);
    await sleep(LOOK_MS, signal);
  }
}

function busy(vm: Vm): GpuvisorError {
  return new GpuvisorError(
    'BUSY',
    `${vm.machine.inputWaiting} bytes of input wait: the guest of ${vm.id} takes none (it is ${vm.status.state})`,
    vm.status.state === 'paused' ? 'call hypervisor_resume' : 'wait until it has booted, or pass "to": "uart"',
  );
}
