// A supervisor with the real init, permission manager and terminals, as the manifest says, and a person at each terminal.
import { expect } from 'vitest';
import type { ProcessManifest, ProcessPolicy, SupervisorEvent, SupervisorOptions } from '../../../src/supervisor/index.js';
import { House, until } from '../supervisor/house.js';
import { binaries, manifest } from './built.js';

/** The manifest with other policies for some, and another list of what init starts. */
export function manifestWith(
  changes: { readonly boot?: readonly string[]; readonly askTime?: number } & Record<string, unknown> = {},
  policies: Readonly<Record<string, Partial<ProcessPolicy>>> = {},
): ProcessManifest {
  const processes = { ...manifest.processes };
  for (const [name, policy] of Object.entries(policies)) {
    processes[name] = { ...processes[name]!, policy: { ...processes[name]!.policy, ...policy } };
  }
  return { ...manifest, ...changes, processes };
}

type Ended = Extract<SupervisorEvent, { kind: 'ended' }>;

export class Town {
  private constructor(
    readonly house: House,
    /** Pids of what init started, in order. */
    readonly started: readonly number[],
  ) {}

  static async boot(options: SupervisorOptions = {}): Promise<Town> {
    const { manifest: given = manifestWith() } = options;
    const house = await House.boot({ ...options, manifest: given, binaries: { ...binaries } });
    const started = given.boot.map((_name, i) => 3 + i);
    for (const pid of [1, 2, ...started]) house.listen(pid);
    // Before they can write anything.
    house.supervisor.onEvent((event) => {
      if (event.kind === 'started') house.listen(event.pid);
    });
    const town = new Town(house, started);
    const { view } = house.supervisor.dispatcher.gateway;
    const known = (): boolean => view.capabilities().some(({ giver, holder, type }) => giver === 2 && holder?.pid === 1 && type === 1);
    await until(known, 'init knows the permission manager');
    for (const [i, name] of given.boot.entries()) if (name === 'terminal') await town.prompt(started[i]!);
    return town;
  }

  get supervisor(): House['supervisor'] {
    return this.house.supervisor;
  }

  /** Waits for the prompt at the end of what is printed, `from` characters on. */
  async prompt(pid: number, from = 0): Promise<void> {
    await until(() => this.house.printed(pid).slice(from).endsWith(`${pid}> `), `process ${pid} prompts`);
  }

  /** Types a line at a terminal; what the command shows. Notices may come before and after it. */
  async type(pid: number, line: string): Promise<string> {
    const from = this.house.printed(pid).length;
    await until(() => this.supervisor.send_input_to_process(pid, `${line}\r`), `process ${pid} takes input`);
    const shown = (): string | undefined => {
      const text = this.house.printed(pid).slice(from);
      const begin = text.indexOf(`${line}\r\n`);
      const output = `\n${text.slice(begin + line.length + 2)}`;
      const end = output.indexOf(`\n${pid}> `);
      return begin < 0 || end < 0 ? undefined : output.slice(1, Math.max(1, end));
    };
    await until(() => shown() !== undefined, `process ${pid} has done: ${line}`);
    return shown()!.replaceAll('\r', '').trimEnd();
  }

  /** Spawns by a terminal; the pid. */
  async spawn(terminal: number, name: string): Promise<number> {
    const shown = await this.type(terminal, `spawn ${name}`);
    const pid = Number(/is process (\d+); slot \d+/.exec(shown)?.[1]);
    expect(shown).toMatch(new RegExp(`^${name} is process ${pid}; slot \\d+ is your capability on it\\.`));
    return pid;
  }

  /** The slot in what a terminal shows. */
  static slot(shown: string): number {
    return Number(/slot (\d+)/.exec(shown)?.[1]);
  }

  async printed(pid: number, text: string | RegExp): Promise<void> {
    const found = (): boolean => (typeof text === 'string' ? this.house.printed(pid).includes(text) : text.test(this.house.printed(pid)));
    await until(found, `process ${pid} prints ${String(text)}`);
  }

  ended(pid: number): Promise<Ended> {
    return this.house.ended(pid);
  }

  /** The next question of the permission manager. */
  async asked(after = 0): Promise<Extract<SupervisorEvent, { kind: 'permission-asked' }>> {
    const find = () => this.house.events.filter((e) => e.kind === 'permission-asked')[after];
    await until(() => find() !== undefined, 'the page is asked');
    return find() as Extract<SupervisorEvent, { kind: 'permission-asked' }>;
  }

  /** Init and the permission manager do what they are for, and the kernel is as it must be. */
  async healthy(terminal: number): Promise<void> {
    const pid = await this.spawn(terminal, 'echo');
    expect(await this.type(terminal, 'request process 0 r')).toMatch(/^granted: slot \d+\.$/);
    expect(await this.type(terminal, `kill ${pid}`)).toContain(`process ${pid} was ended.`);
    await this.ended(pid);
    this.house.sound();
  }
}
