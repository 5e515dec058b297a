// The machine's page behind its HTML: views, engine and agents' calls, put together.

import { GpuvisorError } from '../../src/isa/errors.js';
import { TOOLS } from '../../src/agent/tools/specs.js';
import { copyText } from '../shared/clipboard.js';
import { byId } from '../shared/elements.js';
import { whyMissing } from '../shared/environment.js';
import { connectMcp } from '../shared/mcp-channel.js';
import type { Machines } from '../supervised/machines.js';
import { openWorld, type World } from '../supervised/world.js';
import { exposeToAgents } from './agents.js';
import { AgentCalls } from './calls.js';
import { EngineLink } from './link.js';
import type { Backend, EngineEvent, MachineInfo, Origin, Place, Started } from './protocol.js';
import { saveBytes } from './save-bytes.js';
import { AgentView } from './view/agent.js';
import { ControlsView } from './view/controls.js';
import { catchDrops, readFile } from './view/drop.js';
import { KeyBar, controlCode } from './view/key-bar.js';
import { Messages } from './view/messages.js';
import { MetersView, stateWord } from './view/meters.js';
import { RightsView } from './view/rights.js';
import { ScreenView } from './view/screen.js';
import { ShelfView, when } from './view/shelf.js';
import { TerminalView } from './view/terminal.js';

/** What the address asks for: `?boot=linux|desk|mmu`, `?start=cold|login|session`, `?hart=reference`. */
interface Wishes {
  readonly name: string;
  readonly prefer: 'session' | 'login' | 'cold';
  readonly backend: Backend;
}

function wishesOf(search: string): Wishes {
  const asked = new URLSearchParams(search);
  const boot = asked.get('boot');
  const start = asked.get('start');
  const prefer = start === 'cold' || start === 'login' || start === 'session' ? start : boot === null ? 'session' : 'login';
  return { name: boot ?? 'linux', prefer, backend: asked.get('hart') === 'reference' ? 'reference' : 'gpu' };
}

export class App {
  readonly messages = new Messages();
  readonly #link = new EngineLink();
  readonly #wishes = wishesOf(location.search);
  readonly #screen: ScreenView;
  readonly #terminal: TerminalView;
  readonly #meters = new MetersView();
  readonly #controls: ControlsView;
  readonly #shelf: ShelfView;
  readonly #agent: AgentView;
  readonly #calls: AgentCalls;
  readonly #keys: KeyBar;
  readonly #world: Promise<World>;
  /** Undefined until the log is open. */
  #machines: Machines | undefined;
  #rights: RightsView | undefined;
  #machine: MachineInfo | undefined;
  /** Where the key bar and the soft keyboard type. */
  #target: 'screen' | 'serial' = 'screen';

  constructor() {
    const link = this.#link;
    this.#keys = new KeyBar({
      press: (key, serial) => {
        if (this.#target === 'screen') this.#try(() => this.#screen.key(key));
        else this.#typed(serial);
      },
      keyboard: () => (this.#target === 'screen' ? this.#screen.toggleSoftKeyboard() : this.#terminal.focus()),
    });
    this.#screen = new ScreenView({
      input: (to, records) => link.input(to, records),
      type: (text) => this.#do(link.ask('type', { to: 'keyboard', text })),
      say: (error) => this.messages.trouble(error),
      captured: (on) => this.#captured(on),
    });
    this.#screen.chord = (character) => (this.#keys.takeControl() ? `ctrl+${character}` : undefined);
    this.#terminal = new TerminalView({
      text: (text) => {
        const typed = text.length === 1 && this.#keys.takeControl() ? (controlCode(text) ?? text) : text;
        if (typed.length > 1000) this.#do(link.ask('type', { to: 'uart', text: typed }));
        else this.#typed(typed);
      },
      bytes: (bytes) => this.#typed(bytes),
      fail: (error) => this.messages.trouble(error),
    });
    this.#controls = new ControlsView({
      pause: () => this.#do(link.ask(this.#machine?.status.state === 'paused' ? 'resume' : 'pause', {})),
      reset: () => this.#do(link.ask('reset', {}), 'Reset. The disk keeps what was written.'),
      boot: (name) => this.#boot(this.#bring((place) => link.ask('boot', { name, ...place }))),
      open: (file) => void this.#open(file),
      hart: (backend) => this.#do(this.#move(backend)),
      show: (id) => this.#do(link.ask('show', { id })),
      view: (view) => (this.#target = view),
    });
    this.#shelf = new ShelfView({
      save: (name) => this.#do(link.ask('save', { name }), `Saved as ${name}.`),
      restore: (name) => this.#boot(this.#bring((place) => link.ask('restore', { name, ...place }), this.#machine?.id)),
      download: (name) => this.#do(this.#download(name)),
      remove: (name) => this.#do(link.ask('remove', { name }), `Deleted ${name}.`),
    });
    this.#calls = new AgentCalls({
      call: async (name, input, principal, signal) => (await this.#world).machines.call(name, input, { principal, signal }),
      began: (note) => {
        this.#agent.began(note);
        this.#rights?.changed();
      },
      ended: (note) => {
        this.#agent.ended(note);
        this.#rights?.changed();
      },
    });
    this.#agent = new AgentView((paused) => {
      this.#calls.pause(paused);
      this.messages.say(paused ? 'Agents are paused: their calls are denied.' : 'Agents may act again.', { key: 'agent' });
    });
    this.#controls.guest(this.#wishes.name);
    this.#buttons();
    // Before the page's own listener: machines are processes by the time they are shown.
    this.#world = openWorld(link, (error) => this.messages.trouble(error));
    this.#world.catch((error: unknown) => this.messages.trouble(error));
    link.onEvent((event) => this.#event(event));
  }

  /** Starts the engine and the first machine. */
  async begin(): Promise<void> {
    document.addEventListener('visibilitychange', () => this.#link.visible(!document.hidden));
    catchDrops((file) => void this.#open(file));
    const agents = await exposeToAgents(TOOLS, this.#calls);
    this.#agent.about(agents);
    const { backend } = this.#wishes;
    this.#supervise(await this.#world);
    try {
      await this.#start(backend);
    } catch (error) {
      if (!(error instanceof GpuvisorError) || error.code !== 'WEBGPU_UNAVAILABLE') throw error;
      this.#offerReference(error);
    }
    // Once there is something to call; nothing unless `gpuvisor mcp` opened this page.
    connectMcp(this.#calls.as('mcp'));
  }

  /** The supervisor is there: consoles, and who may do what. */
  #supervise({ machines, gateway }: World): void {
    this.#machines = machines;
    machines.onConsole((pid, bytes) => pid === this.#machine?.pid && this.#terminal.write(bytes, false));
    machines.onText((pid, bytes, shown) => {
      if (!shown) return;
      if (this.#machine && pid !== undefined) this.#machine = { ...this.#machine, pid };
      this.#terminal.write(bytes, true);
    });
    this.#rights = new RightsView(machines, gateway, (sentence) => this.messages.say(sentence, { key: 'rights' }));
  }

  /** Something typed on the serial line: the person's, so the supervisor's. */
  #typed(text: string | Uint8Array): void {
    const pid = this.#machine?.pid;
    if (pid !== undefined && this.#machines?.type(pid, text) === false) this.#dropped('uart');
  }

  /** Something that brings a machine, into its process. */
  async #bring<T>(ask: (place: Place) => Promise<T>, id?: string): Promise<T> {
    return (await this.#world).machines.bring(id, ask);
  }

  async #start(backend: Backend): Promise<void> {
    this.#originLine(backend === 'gpu' ? 'Starting the hart on the GPU…' : 'Starting the reference hart…');
    const canvas = this.#screen.transfer();
    const started = await this.#link.start({
      base: document.baseURI,
      ...(canvas && { canvas }),
      backend,
      visible: !document.hidden,
      session: true,
    });
    this.#started(started);
    this.#do(this.#refreshShelf());
    if (started.builtins.length === 0) {
      this.#originLine('Nothing to boot yet.');
      this.messages.say('This build of the page brings no guest.', {
        kind: 'trouble',
        key: 'guest',
        small: 'In a checkout: `npm run guest`, then `npm run build:web`. Or open a cartridge, a kernel image or a program of your own.',
      });
      return;
    }
    this.#originLine('Fetching the machine…');
    const { prefer, name } = this.#wishes;
    const { machine, unresumed } = await this.#bring((place) => this.#link.ask('open', { prefer, name, ...place }));
    this.#show(machine);
    if (unresumed) {
      const { trouble, keptAs } = unresumed;
      const what = keptAs === undefined ? 'the start-up snapshot' : 'the machine saved here';
      const hint = keptAs === undefined ? 'the machine was booted instead' : `it is kept as the snapshot ${keptAs}`;
      this.messages.trouble(new GpuvisorError('SNAPSHOT_INVALID', `${what} could not be resumed: ${trouble.message}`, hint));
    }
  }

  #started(started: Started): void {
    this.#controls.started(started);
    this.#meters.adapter(
      started.adapter + (this.#link.place === 'the page' ? ' (on the page: this browser has no WebGPU in workers)' : ''),
    );
    this.#shelf.enable(true);
  }

  /** No WebGPU: the page says so, and has another hart. */
  #offerReference(error: unknown): void {
    const { what, next } = whyMissing(error);
    this.#originLine('Nothing runs yet.');
    const box = byId('missing');
    const start = document.createElement('button');
    start.type = 'button';
    start.id = 'use-reference';
    start.textContent = 'Use the reference hart';
    const paragraph = (text: string, strong = false): HTMLElement => {
      const p = document.createElement('p');
      p.append(strong ? Object.assign(document.createElement('strong'), { textContent: text }) : text);
      return p;
    };
    box.replaceChildren(paragraph(what, true), paragraph(next));
    // Without a secure page nothing can be checked against its hash either.
    if (globalThis.isSecureContext) {
      box.append(
        paragraph(
          'Until then, the same machine runs on the processor: the reference hart, written in TypeScript, the one that the GPU’s is checked against. It has no speed to boast of beside a fast GPU: about 25 million instructions a second on the two cores it was measured on, enough to boot Linux in a few seconds.',
        ),
        start,
      );
      start.addEventListener('click', () => {
        box.hidden = true;
        this.#do(this.#start('reference'));
      });
    }
    box.hidden = false;
  }

  #event(event: EngineEvent): void {
    switch (event.kind) {
      case 'machines': {
        this.#controls.machines(event.machines, event.shown);
        const shown = event.machines.find((m) => m.id === event.shown);
        if (shown) this.#show(shown);
        break;
      }
      case 'session':
        this.#shelf.session(event.session);
        break;
      case 'snapshots':
        this.#do(this.#refreshShelf());
        break;
      case 'progress':
        this.#originLine(`${event.doing}…`);
        break;
      case 'dropped':
        this.#dropped(event.to);
    }
  }

  #dropped(to: string): void {
    const { map } = this.#machine?.status ?? {};
    if (this.#machine?.status.state === 'paused')
      this.messages.say('The machine is paused.', {
        key: 'dropped',
        remedies: [{ label: 'Resume', act: () => this.#do(this.#link.ask('resume', {})) }],
      });
    else if (to !== 'uart' && map) this.messages.say(`This machine takes nothing from a ${to} at the moment.`, { key: 'dropped' });
  }

  #show(machine: MachineInfo): void {
    this.#machine = machine;
    const { status } = machine;
    const pill = byId('state');
    if (pill.dataset['state'] !== status.state) pill.dataset['state'] = status.state;
    const word = stateWord(machine);
    if (pill.textContent !== word) pill.textContent = word;
    this.#controls.state(status.state);
    this.#meters.show(machine);
    this.#originLine(describe(machine.origin), machine.origin.how !== 'cold');
    this.#screen.veil(
      status.state === 'halted'
        ? 'The guest has turned itself off. Reset starts it again.'
        : status.map === 'virt'
          ? 'This machine has no screen.'
          : '',
    );
    if (status.state === 'failed' && status.error) {
      const { code, message, hint } = status.error;
      this.messages.trouble(new GpuvisorError('DEVICE_LOST', `${code}: ${message}`, hint), {
        key: 'failed',
        remedies: [{ label: 'Go on from the last save', act: () => location.reload() }],
      });
    }
  }

  #originLine(text: string, cold = false): void {
    const line = byId('origin');
    if (line.textContent !== text) line.textContent = text;
    byId('cold').hidden = !cold;
  }

  #captured(on: boolean): void {
    const hint = byId('screen-hint');
    hint.replaceChildren(...(on ? [kbd('Ctrl'), '+', kbd('Alt'), ' leaves'] : ['Click it and type']));
    if (on) this.#target = 'screen';
  }

  #buttons(): void {
    const click = (id: string, act: () => void): void => byId(id).addEventListener('click', act);
    click('cold', () => this.#boot(this.#bring((place) => this.#link.ask('boot', { name: 'linux', ...place }))));
    click('screen-picture', () => this.#do(this.#picture()));
    click('screen-text', () => this.#do(this.#copyText(), 'The screen’s text is in the clipboard.'));
    click('screen-paste', () => this.#do(this.#pasteTo('screen')));
    click('serial-paste', () => this.#do(this.#pasteTo('serial')));
    click('serial-copy', () => this.#terminal.copy());
    click('serial-clear', () => this.#terminal.clear());
    byId('serial-pane').addEventListener('focusin', () => (this.#target = 'serial'));
  }

  async #picture(): Promise<void> {
    const { bytes } = await this.#link.ask('picture', {});
    saveBytes('screen.png', 'image/png', bytes);
  }

  async #copyText(): Promise<void> {
    const { text } = await this.#link.ask('text', {});
    await copyText(text.trimEnd());
  }

  async #pasteTo(target: 'screen' | 'serial'): Promise<void> {
    let text: string;
    try {
      text = await navigator.clipboard.readText();
    } catch {
      throw new GpuvisorError('PERMISSION_DENIED', 'the browser did not hand out the clipboard', 'press Ctrl+Shift+V there instead');
    }
    if (target === 'serial') this.#terminal.paste(text);
    else await this.#link.ask('type', { to: 'keyboard', text });
  }

  async #download(name: string | undefined): Promise<void> {
    const file = await this.#link.ask('export', name === undefined ? {} : { name });
    saveBytes(file.name, 'application/octet-stream', file.bytes);
  }

  async #open(file: File): Promise<void> {
    try {
      const bytes = await readFile(file);
      const dropped = { name: file.name, bytes };
      this.#boot(this.#bring((place) => this.#link.ask('boot', { file: dropped, ...place }, { transfer: [bytes.buffer] })));
    } catch (error) {
      this.messages.trouble(error);
    }
  }

  async #move(backend: Backend): Promise<void> {
    this.#controls.busy(true);
    try {
      this.#started(await this.#link.ask('move', { backend }));
    } catch (error) {
      this.#controls.hart(backend === 'gpu' ? 'reference' : 'gpu');
      throw error;
    } finally {
      this.#controls.busy(false);
    }
  }

  async #refreshShelf(): Promise<void> {
    this.#shelf.show(await this.#link.ask('snapshots', {}));
  }

  /** Something that puts another machine in place of this one. */
  #boot(answer: Promise<MachineInfo>): void {
    this.#controls.busy(true);
    byId('state').dataset['state'] = 'starting';
    byId('state').textContent = 'Starting';
    answer
      .then(
        (machine) => this.#show(machine),
        (error: unknown) => {
          this.messages.trouble(error);
          if (this.#machine) return this.#show(this.#machine);
          byId('state').dataset['state'] = 'failed';
          byId('state').textContent = 'Failed';
        },
      )
      .finally(() => this.#controls.busy(false));
  }

  /** Something that may fail, and what to say when it did not. */
  #do(work: Promise<unknown>, done?: string): void {
    work.then(
      () => done && this.messages.say(done, { key: 'done' }),
      (error: unknown) => this.messages.trouble(error),
    );
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.messages.trouble(error);
    }
  }
}

const kbd = (text: string): HTMLElement => Object.assign(document.createElement('kbd'), { textContent: text });

/** Where the machine came from, in a sentence. */
export function describe(origin: Origin): string {
  switch (origin.how) {
    case 'cold':
      return `${origin.title}, booted from cold.`;
    case 'login':
      return `${origin.title}, resumed from a start-up snapshot at the login prompt.`;
    case 'session':
      return `${origin.title}, resumed from when you left${origin.savedAt ? `, ${when(origin.savedAt)}` : ''}.`;
    case 'snapshot':
      return `${origin.title}, restored from ${origin.snapshot ?? 'a snapshot'}${origin.savedAt ? ` of ${when(origin.savedAt)}` : ''}.`;
  }
}
