// gpuvisor boot: Linux (or a kernel of one's own) on this terminal.

import { GpuvisorError } from '../isa/errors.js';
import { W, read64 } from '../isa/state.js';
import type { BootedMachine } from '../machine/boot.js';
import { TEST } from '../machine/devices.js';
import type { MapName } from '../machine/map.js';
import { saveSnapshot } from '../machine/snapshot.js';
import { type Backend, backendFactory } from './backend.js';
import { prepareBoot } from './boot-machine.js';
import { STATUS } from './errors.js';
import { writeOutput } from './files.js';
import { exitCode } from './htif.js';
import type { MountArgument } from './mounts.js';
import { encodePng } from './png.js';
import { Meter, pump } from './pump.js';
import { ScriptedInput } from './scripted-input.js';
import { writeShared } from './shared-out.js';
import { Terminal, type TerminalEvent } from './terminal.js';

/** Options of `gpuvisor boot`, checked. */
export interface BootArguments {
  /** A cartridge: a file, a URL or a built-in name. */
  readonly cartridge?: string;
  readonly kernel?: string;
  readonly initramfs?: string;
  readonly disk?: string;
  readonly append?: string;
  readonly firmware?: string;
  readonly memory?: number;
  readonly map?: MapName;
  readonly backend: Backend;
  readonly until?: RegExp;
  /** Seconds. */
  readonly timeout?: number;
  readonly screenshot?: string;
  readonly save?: string;
  readonly load?: string;
  readonly mount?: readonly MountArgument[];
  /** A folder for what the guest leaves in /shared. */
  readonly sharedOut?: string;
}

/** The console text that `--until` is matched against: this many characters from the end. */
const MATCH_WINDOW = 1 << 16;
/** Steps that a guest gets to come to rest before its screen is saved. */
const SETTLE_STEPS = 20_000_000;

/** Boots and stays until the guest ends, `--until` matches, time is up, or the person leaves. Returns the exit status. */
export async function boot(args: BootArguments): Promise<number> {
  const interactive = Boolean(process.stdin.isTTY && process.stdout.isTTY && !args.until);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const factory = backendFactory(args.backend);
  say(`Starting ${args.backend === 'gpu' ? 'the GPU hart (compiling its shader)' : 'the reference hart'} ...`);
  const { booted, disk } = await prepareBoot(args, interactive, factory.create, say);
  const { machine } = booted;
  say(
    `Running on ${factory.name()}, ${machine.config.ramSize >> 20} MiB, ${machine.config.map.name} map.${interactive ? ' Ctrl-A x leaves.' : ''}`,
  );

  let leave: 'quit' | 'signal' | 'timeout' | 'until' | undefined;
  let screenshots = 0;
  let wantScreenshot = false;
  const matcher = args.until && new Matcher(args.until);
  const script =
    !interactive && !process.stdin.isTTY
      ? new ScriptedInput(process.stdin, (bytes) => machine.send(bytes), args.load !== undefined)
      : undefined;
  machine.onConsole((bytes) => {
    process.stdout.write(bytes);
    script?.output(bytes);
    if (matcher?.feed(bytes) && !leave) leave = 'until';
  });
  const onEvent = (event: TerminalEvent): void => {
    if (event === 'screenshot') wantScreenshot = true;
    else leave = 'quit';
    machine.wake();
  };
  const terminal = interactive ? new Terminal(process.stdin, (bytes) => sendKeys(machine, bytes), onEvent) : undefined;
  const release = onSignals(() => {
    leave = 'signal';
    machine.wake();
  });
  const timer =
    args.timeout === undefined
      ? undefined
      : setTimeout(() => {
          leave ??= 'timeout';
          machine.wake();
        }, args.timeout * 1000);

  const meter = new Meter(instretOf(await machine.readState()));
  let status: number = STATUS.OK;
  try {
    for (;;) {
      const { result } = await pump(machine, meter, () => leave !== undefined || wantScreenshot);
      if (wantScreenshot) {
        wantScreenshot = false;
        const path = `gpuvisor-${++screenshots}.png`;
        await screenshot(booted, path);
        process.stderr.write(`\r\n[screen saved as ${path}]\r\n`);
      }
      if (leave) break;
      if (result.exit === 'halt') {
        if (result.value === TEST.RESET) {
          await booted.restart();
          continue;
        }
        status = haltStatus(result.value);
        break;
      }
      if (result.exit === 'tohost') {
        status = exitCode(result.value) ?? STATUS.FAILED;
        break;
      }
      // Nothing but input can wake the guest.
      if (result.exit === 'wfi') await quiet(machine, () => leave !== undefined);
    }
    await finish();
  } finally {
    clearTimeout(timer);
    terminal?.close();
    release();
    script?.close();
    await disk?.close();
    machine.dispose();
  }
  say(`\n${meter.line(factory.name())}`);
  if (leave === 'signal') return STATUS.INTERRUPTED;
  if (leave === 'timeout') {
    const what = args.until ? `the console did not show ${String(args.until)} within ${args.timeout} s` : `${args.timeout} s are over`;
    throw new GpuvisorError('TIMEOUT', what, 'give it more with --timeout, or look at the console text above');
  }
  if (args.until && leave !== 'until') {
    throw new GpuvisorError('TIMEOUT', `the guest ended before the console showed ${String(args.until)}`, 'look at the console text above');
  }
  return status;

  async function finish(): Promise<void> {
    // A picture taken in the middle of something would be torn: let the guest come to rest.
    if (args.screenshot && leave === 'until') await machine.settle(SETTLE_STEPS);
    if (args.screenshot) await screenshot(booted, args.screenshot);
    if (args.save) {
      await writeOutput('snapshot', args.save, await saveSnapshot(machine));
      say(`\nSnapshot saved as ${args.save}.`);
    }
    await booted.disk?.overlay.commit();
    if (args.sharedOut !== undefined && booted.share) {
      const { files, bytes } = await writeShared(booted.share, args.sharedOut);
      say(`\n/shared saved in ${args.sharedOut}: ${files} files, ${bytes.toLocaleString('en-US')} bytes.`);
    }
  }
}

function instretOf(state: Uint32Array): number {
  return Number(read64(state, W.retired));
}

/** Typed bytes to the guest; what does not fit is dropped with a bell, as a serial line would. */
function sendKeys(machine: { send(bytes: Uint8Array): void }, bytes: Uint8Array): void {
  try {
    machine.send(bytes);
  } catch (e) {
    if (!(e instanceof GpuvisorError)) throw e;
    process.stderr.write('\x07');
  }
}

/** Waits until there is input or a reason to leave. */
async function quiet(machine: { readonly inputWaiting: number }, leaving: () => boolean): Promise<void> {
  while (machine.inputWaiting === 0 && !leaving()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The exit status of a guest that turned itself off: 0 for PASS, its code for FAIL. */
export function haltStatus(value: number): number {
  if ((value & 0xffff) === TEST.PASS) return STATUS.OK;
  return (value >>> 16) & 0xff || STATUS.FAILED;
}

async function screenshot({ machine }: BootedMachine, path: string): Promise<void> {
  const pixels = await machine.readFramebuffer();
  if (pixels) await writeOutput('screenshot', path, encodePng(pixels));
}

/** Calls `act` on SIGINT, SIGTERM and SIGHUP; the second SIGINT ends the process. Returns how to stop. */
function onSignals(act: () => void): () => void {
  let count = 0;
  const handler = (): void => {
    if (++count > 1) process.exit(STATUS.INTERRUPTED);
    act();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, handler);
  return () => {
    for (const name of names) process.off(name, handler);
  };
}

/** Looks for a pattern in text that comes in pieces. */
class Matcher {
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(readonly pattern: RegExp) {}

  feed(bytes: Uint8Array): boolean {
    this.#text = (this.#text + this.#decoder.decode(bytes, { stream: true })).slice(-MATCH_WINDOW);
    return this.pattern.test(this.#text);
  }
}
