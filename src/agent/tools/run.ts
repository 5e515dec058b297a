// hypervisor_run: a command for the shell on the serial console, its output and its exit status.
// The command stands between two marks which the shell puts together, so that the echo of what is typed cannot match them:
//   printf '\n%s:%s\n' gpv-begin ID; command eval 'COMMAND' </dev/null; printf '\n%s:%s:%s\n' gpv-end ID $?
// `command` takes from `eval` the right to end the shell over a syntax error. What the shell's line editor cannot take comes as a file in /shared.

import { GpuvisorError } from '../../isa/errors.js';
import { checkAborted } from '../abort.js';
import { DEFAULT_WAIT_MS } from '../limits.js';
import { until } from '../until.js';
import { type Vm, writeCursor } from '../vm.js';
import { type Handler, type OnMachine, machineLane, shellLane } from './tool.js';
import { lastLines } from './wait-for.js';

interface Input extends OnMachine {
  readonly command: string;
  readonly timeout_ms?: number;
}

/** A prompt: the unfinished line ends so. */
const PROMPT = /[#$%>] ?$/;
/** Bytes of a line that is typed; the guest's line editor takes 1024. */
const LINE = 700;
/** The file that longer commands go into. */
const FILE = '/shared/.gpuvisor-run';
/** Characters of output at the beginning and at the end of what is longer. */
const HEAD = 1 << 14;
const TAIL = 3 << 14;
/** How long a shell that shows no prompt is left alone before Enter is pressed once, ms. */
const NUDGE_MS = 1000;
const LOOK_MS = 50;

export const run: Handler<Input> = {
  order: 'beside',
  // Its time-out is its own.
  ms: (input, limits) => (input.timeout_ms ?? DEFAULT_WAIT_MS) + limits.queueMs,
  async act({ command, timeout_ms: ms = DEFAULT_WAIT_MS, kernel_id }, { on, signal, lanes }) {
    const vm = on(kernel_id);
    const leave = await lanes.enter(shellLane(vm.id), signal);
    try {
      const end = performance.now() + ms;
      const left = (): number => Math.max(0, end - performance.now());
      await prompt(vm, left, ms, signal);
      const id = token();
      const line = lineFor(vm, command, id);
      const turn = await lanes.enter(machineLane(vm.id), signal);
      let from: number;
      try {
        from = await vm.perform(signal, (machine) => {
          machine.send(`${line.replaceAll('\n', '\r')}\r`);
          return vm.serial.end;
        });
      } finally {
        turn();
      }
      const began = performance.now();
      const found = await until(vm, { ms: left(), everyMs: LOOK_MS, signal }, endMark(vm, id, from));
      if (!found) throw late(vm, id, from, ms);
      return {
        output: shortened(found.output),
        exit_status: found.status,
        truncated: found.cut || found.output.length > HEAD + TAIL,
        elapsed_ms: Math.round(performance.now() - began),
        kernel_id: vm.id,
        cursor: writeCursor({ serial: vm.serial.end, screen: vm.view.log.last }),
      };
    } finally {
      leave();
    }
  },
};

/** Waits until the shell asks for a command. @throws GpuvisorError TIMEOUT, GUEST_TRAPPED, BUSY */
async function prompt(vm: Vm, left: () => number, ms: number, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  let end = vm.serial.end;
  let quiet = began;
  let nudged = false;
  const found = await until(vm, { ms: left(), everyMs: LOOK_MS, signal }, () => {
    checkRuns(vm);
    if (PROMPT.test(vm.serial.lastLine)) return true;
    const now = performance.now();
    if (vm.serial.end !== end) [end, quiet] = [vm.serial.end, now];
    // Something may have printed over the prompt: an empty line that nothing is written to for a while.
    if (!nudged && end > 0 && vm.serial.lastLine === '' && now - quiet > NUDGE_MS && now - began > NUDGE_MS) {
      nudged = true;
      vm.machine.send('\r');
    }
    return undefined;
  });
  checkAborted(signal);
  if (found) return;
  throw new GpuvisorError(
    'TIMEOUT',
    `the serial console of ${vm.id} showed no shell prompt within ${ms} ms; the command was not typed${nudged ? ' (Enter was pressed once)' : ''}\n${lastLines(vm)}`,
    vm.serial.end === 0
      ? 'the guest may still be booting: call hypervisor_wait_for {"text":"gpuvisor:~# ","source":"uart"}'
      : 'if something else runs there, end it with hypervisor_input {"type":"keydown","key":"ctrl+c","to":"uart"}, then try again',
  );
}

function checkRuns(vm: Vm): void {
  vm.checkAlive();
  if (vm.status.state === 'paused') throw new GpuvisorError('BUSY', `machine ${vm.id} is paused`, 'call hypervisor_resume first');
}

/** What is typed. @throws GpuvisorError BAD_ARGUMENT, TOO_LARGE */
function lineFor(vm: Vm, command: string, id: string): string {
  const frame = (what: string): string =>
    `printf '\\n%s:%s\\n' gpv-begin ${id}; command ${what} </dev/null; printf '\\n%s:%s:%s\\n' gpv-end ${id} $?`;
  const quoted = frame(`eval '${command.replaceAll("'", "'\\''")}'`);
  const typable = /^[\x20-\x7e\n]*$/.test(command) && quoted.split('\n').every((line) => line.length <= LINE);
  if (typable) return quoted;
  if (!vm.share) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `the command has ${command.length} characters, or some that cannot be typed`,
      'use several short commands of printable ASCII',
    );
  }
  vm.share.write(FILE, new TextEncoder().encode(`${command}\n`));
  return frame(`. ${FILE}`);
}

interface Ended {
  readonly output: string;
  readonly status: number;
  /** The beginning of the output is not kept any more. */
  readonly cut: boolean;
}

/** Looks for the mark at the end, at what has come since the last look. */
function endMark(vm: Vm, id: string, from: number): () => Ended | undefined {
  const mark = `\ngpv-end:${id}:`;
  let seen = from;
  return () => {
    const at = vm.serial.since(seen).indexOf(mark);
    const start = at < 0 ? undefined : Math.max(seen, vm.serial.begin) + at;
    const rest = start === undefined ? '' : vm.serial.since(start + mark.length);
    const status = /^(\d{1,3})\n/.exec(rest)?.[1];
    if (start === undefined || status === undefined) {
      checkRuns(vm);
      // The mark may be cut by the end of what has come.
      seen = Math.max(from, start ?? vm.serial.end - mark.length);
      return undefined;
    }
    const { output, cut } = between(vm, id, from, start);
    return { output, status: Number(status), cut };
  };
}

/** The output up to place `end`. */
function between(vm: Vm, id: string, from: number, end: number): { output: string; cut: boolean } {
  const begin = Math.max(from, vm.serial.begin);
  const text = vm.serial.since(begin).slice(0, end - begin);
  const mark = `\ngpv-begin:${id}\n`;
  const at = text.indexOf(mark);
  return at < 0 ? { output: text, cut: true } : { output: text.slice(at + mark.length), cut: false };
}

function shortened(output: string): string {
  if (output.length <= HEAD + TAIL) return output;
  return `${output.slice(0, HEAD)}\n[... ${output.length - HEAD - TAIL} characters left out ...]\n${output.slice(-TAIL)}`;
}

function late(vm: Vm, id: string, from: number, ms: number): GpuvisorError {
  const { output } = between(vm, id, from, vm.serial.end);
  return new GpuvisorError(
    'TIMEOUT',
    `the command was still running after ${ms} ms; its output ends with:\n${output.slice(-2000) || '(nothing yet)'}`,
    PROMPT.test(vm.serial.lastLine)
      ? 'the console shows a prompt: the command may have ended the shell (exit); a new one is there for the next command'
      : 'to wait for its end call hypervisor_wait_for {"text":"gpv-end:","source":"uart"}; to stop it hypervisor_input {"type":"keydown","key":"ctrl+c","to":"uart"}',
  );
}

function token(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (b) => b.toString(16).padStart(2, '0')).join('');
}
