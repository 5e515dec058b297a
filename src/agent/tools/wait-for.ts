// hypervisor_wait_for: until new output holds a text. New is what came since a cursor; the serial console and the screen are both looked at.

import { GpuvisorError } from '../../isa/errors.js';
import { DEFAULT_WAIT_MS } from '../limits.js';
import { type Pattern, literalPattern, regexPattern } from '../pattern.js';
import { type Rows, rowsOf } from '../screen-log.js';
import { steady } from '../steady.js';
import { until } from '../until.js';
import type { Sight } from '../view.js';
import { type Cursor, type Vm, readCursor, writeCursor } from '../vm.js';
import { screenText } from './screen.js';
import type { Context, Handler, OnMachine } from './tool.js';

interface Input extends OnMachine {
  readonly text?: string;
  readonly regex?: string;
  readonly gone?: string;
  readonly source?: 'any' | 'screen' | 'uart';
  readonly since?: string;
  readonly timeout_ms?: number;
}

interface Match {
  readonly matched: string;
  readonly source: 'uart' | 'glyph' | 'ocr';
  /** What was looked at. */
  readonly text: string;
}

/** New output is matched from its end backwards for at most so many characters. */
const WINDOW = 1 << 14;
/** Characters of the text in a result. */
const SHOWN = 2000;
/** How often the screen is looked at, ms; recognised by its looks, at most this often. */
const LOOK_MS = 100;
const OCR_MS = 1500;
/** What was found on a screen is looked for again when the screen is whole, or after so long, ms. */
const STEADY_MS = 1000;

export const waitFor: Handler<Input> = {
  order: 'beside',
  // The time-out is its own; this is what a look that has begun may take beyond it.
  ms: (input, limits) => (input.timeout_ms ?? DEFAULT_WAIT_MS) + limits.callMs,
  async act(input, context) {
    const { signal } = context;
    const vm = context.on(input.kernel_id);
    const ms = input.timeout_ms ?? DEFAULT_WAIT_MS;
    const watch = await watchFor(vm, input, context);
    const began = performance.now();
    const match = await until(vm, { ms, everyMs: LOOK_MS, signal }, async () => {
      const found = await watch.look();
      if (found) return found;
      await checkMoving(vm, watch);
      return undefined;
    });
    if (!match) throw await late(vm, input, ms, watch, context);
    return {
      matched: match.matched,
      source: match.source,
      text: match.text.slice(-SHOWN),
      elapsed_ms: Math.round(performance.now() - began),
      kernel_id: vm.id,
      cursor: writeCursor({ serial: vm.serial.end, screen: vm.view.log.last }),
    };
  },
};

/** Looks for what the caller wants, at what has come since its cursor. */
interface Watch {
  look(): Promise<Match | undefined>;
  /** The screen as it was seen last. */
  rows(): Rows | undefined;
}

async function watchFor(vm: Vm, input: Input, context: Context): Promise<Watch> {
  const { text, regex, gone, source = 'any' } = input;
  const given = [text, regex, gone].filter((way) => way !== undefined).length;
  if (given !== 1) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `${given} of text, regex and gone are given`,
      'pass exactly one, for example {"text":"gpuvisor:~# "}',
    );
  }
  const screen = vm.screenSize !== null && source !== 'uart';
  if (!screen && (gone !== undefined || source === 'screen')) {
    const why = vm.screenSize === null ? `machine ${vm.id} has no screen` : 'source is uart, where nothing disappears';
    throw new GpuvisorError(vm.screenSize === null ? 'NO_SCREEN' : 'BAD_ARGUMENT', why, 'wait for "text" or "regex" with "source": "uart"');
  }
  const pattern = regex !== undefined ? regexPattern(regex) : literalPattern((text ?? gone)!);
  const from =
    input.since === 'now'
      ? await vm.read(context.signal, (machine) => vm.here(machine))
      : input.since === undefined
        ? vm.act
        : readCursor(vm, input.since);
  return new Watcher(vm, context, pattern, from, gone !== undefined, screen, source !== 'screen' && gone === undefined);
}

class Watcher implements Watch {
  #seen: number | undefined;
  #recognised = -Infinity;
  #rows: Rows | undefined;

  constructor(
    private readonly vm: Vm,
    private readonly context: Context,
    private readonly pattern: Pattern,
    private readonly from: Cursor,
    private readonly gone: boolean,
    private readonly screen: boolean,
    private readonly uart: boolean,
  ) {}

  rows(): Rows | undefined {
    return this.#rows;
  }

  async look(): Promise<Match | undefined> {
    if (this.uart) {
      const text = this.vm.serial.since(this.from.serial).slice(-WINDOW);
      const matched = this.pattern.find(text);
      if (matched !== undefined) return { matched, source: 'uart', text };
    }
    if (!this.screen || this.vm.status.state === 'failed') return undefined;
    const found = await this.#lookAtScreen();
    if (!found || this.vm.status.state !== 'running') return found;
    // It may have been seen in the middle of being drawn.
    const before = this.#seen;
    await steady(this.vm, this.context.signal, STEADY_MS);
    this.#seen = undefined;
    this.#recognised = -Infinity;
    const still = await this.#lookAtScreen();
    return before === this.#seen ? found : still;
  }

  async #lookAtScreen(): Promise<Match | undefined> {
    const { vm, context } = this;
    const sight = await vm.read(context.signal, (machine) => vm.view.see(machine));
    if (!sight || sight.number === this.#seen) return undefined;
    const read = await this.#read(sight);
    if (!read) return undefined;
    this.#seen = sight.number;
    const rows = (this.#rows = rowsOf(read.text));
    if (this.gone) {
      const all = rows.join('\n');
      const there = find(this.pattern, rows) !== undefined;
      // A screen that could not be read says nothing about what is not on it.
      return there || (all === '' && read.confidence === 0) ? undefined : { matched: '', source: read.source, text: all };
    }
    const fresh = vm.view.log.newSince(this.from.screen, rows);
    const matched = find(this.pattern, fresh.split('\n'));
    return matched === undefined ? undefined : { matched, source: read.source, text: fresh };
  }

  /** The text of a screen; undefined while it is too early to recognise it again. */
  async #read(sight: Sight): Promise<{ text: string; confidence: number; source: Match['source'] } | undefined> {
    if (sight.text) return sight.text;
    if (performance.now() - this.#recognised < OCR_MS) return undefined;
    try {
      return await screenText(this.vm, sight, this.context);
    } finally {
      this.#recognised = performance.now();
    }
  }
}

/** Rows of a screen have lost the spaces at their ends: a pattern may want one there. */
function find(pattern: Pattern, rows: Rows): string | undefined {
  return pattern.find(rows.join('\n')) ?? pattern.find(rows.map((row) => `${row} `).join('\n'));
}

/** @throws GpuvisorError GUEST_TRAPPED, BUSY when nothing new can come */
async function checkMoving(vm: Vm, watch: Watch): Promise<void> {
  const { state } = vm.status;
  if (state === 'paused') {
    throw new GpuvisorError('BUSY', `machine ${vm.id} is paused: it shows nothing new`, 'call hypervisor_resume first');
  }
  if (state !== 'halted' && state !== 'failed') return;
  try {
    vm.checkAlive();
  } catch (e) {
    if (!(e instanceof GpuvisorError)) throw e;
    throw new GpuvisorError(e.code, `${e.message}\n${lastLines(vm, watch.rows())}`, e.hint);
  }
}

async function late(vm: Vm, { text, regex, gone }: Input, ms: number, watch: Watch, { hypervisor }: Context): Promise<GpuvisorError> {
  const wanted =
    text !== undefined ? `the text ${JSON.stringify(text)}` : regex !== undefined ? `/${regex}/` : `${JSON.stringify(gone)} to disappear`;
  const { state, instret, mips } = vm.status;
  const visibility = hypervisor.host.visibility();
  const how = `machine ${vm.id} is ${state} (${instret} instructions, ${mips.toFixed(1)} MIPS${visibility === 'hidden' ? ', in a hidden page' : ''})`;
  return new GpuvisorError(
    'TIMEOUT',
    `${wanted} did not come within ${ms} ms; ${how}\n${lastLines(vm, watch.rows())}`,
    state === 'waiting'
      ? 'the guest is idle: it waits for input'
      : 'call hypervisor_wait_for again to wait longer; only output since your last act counts ("since")',
  );
}

/** What a machine shows last, for error messages. The guest wrote it. */
export function lastLines(vm: Vm, rows?: Rows): string {
  const serial = vm.serial.lastLines(10);
  const parts = rows && rows.length > 0 ? [`The screen ends with:\n${rows.slice(-10).join('\n')}`] : [];
  if (serial.length > 0) parts.push(`The serial console ends with:\n${serial.join('\n')}`);
  return (parts.join('\n') || 'It has shown nothing yet.').slice(-4000);
}
