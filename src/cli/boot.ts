// gpuvisor boot: Linux (or a kernel of one's own) on this terminal.

import { GpuvisorError } from '../isa/errors.js';
import { W, read64 } from '../isa/state.js';
import { bootLinux, type BootedMachine } from '../machine/boot.js';
import { TEST } from '../machine/devices.js';
import type { MapName } from '../machine/map.js';
import { readSnapshotHeader, restoreSnapshot, saveSnapshot, type SnapshotHeader } from '../machine/snapshot.js';
import { type Backend, backendFactory } from './backend.js';
import { STATUS } from './errors.js';
import { type FileDisk, openDisk, readInput, writeOutput } from './files.js';
import { findGuest, type Guest } from './guest.js';
import { encodePng } from './png.js';
import { Meter, pump } from './pump.js';
import { ScriptedInput } from './scripted-input.js';
import { Terminal, type TerminalEvent } from './terminal.js';

/** Options of `gpuvisor boot`, checked. */
export interface BootArguments {
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
  const { booted, disk } = await prepare(args, interactive, factory.create);
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

/** Reads what is to be booted and makes the machine. */
async function prepare(
  args: BootArguments,
  interactive: boolean,
  create: Parameters<typeof bootLinux>[0]['executorFactory'],
): Promise<{ booted: BootedMachine; disk: FileDisk | undefined }> {
  const snapshot = args.load === undefined ? undefined : await readInput('snapshot', args.load);
  const header = snapshot && (await readSnapshotHeader(snapshot));
  checkCombination(args, header);
  // The kernel is wanted for a snapshot too: a guest that restarts boots it again.
  let guest: Guest | undefined;
  if (args.kernel === undefined) guest = await findGuest();
  const kernel = await readInput('kernel', args.kernel ?? guest!.kernel);
  const initramfsPath = args.initramfs ?? guest?.initramfs;
  const initramfs = initramfsPath === undefined ? undefined : await readInput('initramfs', initramfsPath);
  const firmware = args.firmware === undefined ? undefined : await readInput('firmware', args.firmware);
  const wantsDisk = header ? header.devices[0] !== null : true;
  const diskPath = wantsDisk ? (args.disk ?? guest?.disk) : undefined;
  const disk = diskPath === undefined ? undefined : await openDisk(diskPath, args.disk !== undefined);
  if (disk && args.disk !== undefined && !disk.writable) {
    process.stderr.write(`note: ${args.disk} cannot be written: what the guest writes is forgotten at the end\n`);
  }
  try {
    const map = header?.map ?? args.map;
    const memoryMb = header ? header.ramSize / (1 << 20) : args.memory;
    const booted = await bootLinux({
      executorFactory: create,
      kernel,
      ...(initramfs && { initramfs }),
      ...(firmware && { firmware }),
      ...(disk && { disk }),
      ...(map && { map }),
      ...(memoryMb !== undefined && { memoryMb }),
      ...(args.append !== undefined && { append: args.append }),
      machine: { pace: interactive ? 'real' : 'fast' },
    });
    if (snapshot) await restoreSnapshot(booted.machine, snapshot);
    return { booted, disk };
  } catch (e) {
    await disk?.close();
    throw e;
  }
}

function checkCombination(args: BootArguments, header: SnapshotHeader | undefined): void {
  const map = header?.map ?? args.map ?? 'visual';
  if (args.screenshot && map !== 'visual') {
    throw new GpuvisorError('BAD_ARGUMENT', `--screenshot with --map ${map}, which has no screen`, 'leave out one of the two');
  }
  if (args.firmware && map !== 'virt') {
    throw new GpuvisorError('BAD_ARGUMENT', `--firmware with --map ${map}; foreign firmware is linked for the virt map`, 'add --map virt');
  }
  for (const option of ['map', 'memory', 'append'] as const) {
    if (header && args[option] !== undefined) {
      throw new GpuvisorError('BAD_ARGUMENT', `--load with --${option}: a snapshot already says that`, `leave out --${option}`);
    }
  }
}
