// The supervisor's page behind its HTML: the supervisor, its views, and what a person does, put together.

import { GpuvisorError } from '../../src/isa/errors.js';
import { PID } from '../../src/supervisor/abi/index.js';
import type { Gateway } from '../../src/supervisor/axiom/index.js';
import type { SupervisorEvent } from '../../src/supervisor/supervisor/events.js';
import { fetchManifest, fetchProcesses } from '../../src/supervisor/supervisor/fetch-processes.js';
import { Supervisor } from '../../src/supervisor/supervisor/supervisor.js';
import { KeyBar, controlCode } from '../machine/view/key-bar.js';
import { Messages } from '../machine/view/messages.js';
import { byId, element, grouped } from '../shared/elements.js';
import { MachineDesk } from './desk.js';
import { whyNoProcesses } from './isolation.js';
import { Lists } from './lists.js';
import { endedWord, shownText } from './model/words.js';
import { RecordDesk } from './record-desk.js';
import { ConsolesView } from './view/consoles.js';
import { Frames, Seldom } from './view/frames.js';
import { put } from './view/keyed.js';
import { LogView } from './view/log.js';
import { Panes } from './view/panes.js';
import { QuestionsView } from './view/questions.js';

/** How often the page looks whether something has happened that nobody told it of, ms. */
const LOOK_MS = 100;
/** How often lists and the log are drawn at most, ms: nobody reads faster, and a flood must not take the page's time. */
const LISTS_MS = 150;
const LOG_MS = 100;
/** How often an expiry is counted down, ms. */
const COUNTDOWN_MS = 1000;

declare global {
  interface Window {
    /** The running supervisor, for scripts of the page and for tests. */
    supervisor?: Supervisor;
  }
}

export class App {
  readonly messages = new Messages();
  readonly #frames = new Frames((now) => this.#draw(now));
  readonly #listPace = new Seldom(LISTS_MS);
  readonly #logPace = new Seldom(LOG_MS);
  readonly #record = new RecordDesk((error) => this.messages.trouble(error));
  readonly #consoles: ConsolesView;
  readonly #lists: Lists;
  readonly #log: LogView;
  readonly #questions: QuestionsView;
  readonly #panes: Panes;
  readonly #keys: KeyBar;
  readonly #desk: MachineDesk;
  readonly #decoder = new TextDecoder();
  #supervisor: Supervisor | undefined;
  #relistAt = Infinity;
  /** What was seen last. */
  #seen = { events: -1, commits: -1, pending: -1 };

  constructor() {
    const changed = (): void => this.#frames.ask();
    const relist = (): void => {
      this.#listPace.hurry();
      this.#logPace.hurry();
      changed();
    };
    this.#panes = new Panes(relist);
    this.#consoles = new ConsolesView({
      input: (pid, text) => this.#type(pid, text),
      changed,
      fail: (error) => this.messages.trouble(error),
    });
    this.#log = new LogView(() => {
      this.#logPace.hurry();
      changed();
    });
    this.#questions = new QuestionsView((request, allow) => this.#do(this.#supervisor!.answer_permission(request, allow)));
    this.#keys = new KeyBar({
      press: (_key, serial) => this.#consoles.front !== undefined && this.#type(this.#consoles.front, serial),
      keyboard: () => this.#consoles.focus(),
    });
    this.#desk = new MachineDesk({
      printed: (pid, bytes) => {
        this.#lists.adopt(this.#supervisor!);
        this.#consoles.write(pid, this.#decoder.decode(bytes));
      },
      show: (pid) => this.#show(pid),
      say: (sentence, key) => this.messages.say(sentence, { key }),
      changed: () => {
        this.#listPace.mark();
        changed();
      },
    });
    this.#lists = new Lists(
      { consoles: this.#consoles, desk: this.#desk, log: this.#log },
      {
        kill: (pid) => this.#kill(pid),
        show: (pid) => this.#show(pid),
        revoke: (pid, slot) => this.#revoke(pid, slot),
        changed: relist,
      },
    );
    byId('new-terminal').addEventListener('click', () => this.#do(this.#newTerminal()));
    byId('start-machine').addEventListener('click', () => this.#startLinux());
    byId('kill-all').addEventListener('click', () => this.#killAll());
  }

  /** Starts the supervisor, where processes can run. */
  async begin(): Promise<void> {
    const lack = whyNoProcesses(globalThis);
    if (lack) {
      this.#state('off', 'Off', 'No process runs.');
      const box = byId('missing');
      box.replaceChildren(element('p', {}, element('strong', {}, lack.what)), element('p', {}, lack.next));
      box.hidden = false;
      this.#record.kept();
      return;
    }
    const base = new URL('../processes/', document.baseURI);
    const manifest = await fetchManifest({ base });
    const supervisor = new Supervisor({ store: () => this.#record.store(), manifest, vms: this.#desk.vms });
    this.#supervisor = window.supervisor = supervisor;
    supervisor.set_spawn_callback(fetchProcesses({ base, manifest }));
    supervisor.onEvent((event) => this.#event(event));
    try {
      await supervisor.boot();
      await this.#desk.attach(supervisor);
      byId<HTMLButtonElement>('start-machine').disabled = false;
      this.#state('running', 'Running', '');
    } catch (error) {
      this.failed(error);
      if ((error as GpuvisorError).code === 'SHARED_MEMORY_UNAVAILABLE') return;
    }
    // Where init does not start there is a log that says so.
    this.#opened(supervisor.dispatcher.gateway);
  }

  #opened(gateway: Gateway): void {
    this.#record.attach(gateway, this.#supervisor!.past);
    this.#log.open(gateway);
    for (const id of ['new-terminal', 'kill-all']) byId<HTMLButtonElement>(id).disabled = false;
    setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  /** What came to nothing. */
  failed(error: unknown): void {
    this.messages.trouble(error);
    this.#state('failed', 'Failed', 'The supervisor does not run.');
    this.#record.kept();
  }

  #state(state: string, word: string, sentence: string): void {
    byId('state').dataset['state'] = state;
    put(byId('state'), word);
    if (sentence !== '') put(byId('origin'), sentence);
  }

  /** Asks for a frame if anything has happened. */
  #look(): void {
    const { gateway } = this.#supervisor!.dispatcher;
    const { pending } = gateway.store;
    const now = { events: gateway.syslog.total, commits: gateway.commits.head.seq, pending };
    if (now.commits !== this.#seen.commits || performance.now() >= this.#relistAt) this.#listPace.mark();
    else this.#record.rest(performance.now());
    if (now.events !== this.#seen.events || pending !== this.#seen.pending) this.#logPace.mark();
    if (this.#logPace.waits || this.#listPace.waits) this.#frames.ask();
    this.#seen = now;
  }

  #event(event: SupervisorEvent): void {
    switch (event.kind) {
      case 'permission-asked':
        this.#questions.ask(event, this.#lists.names);
        break;
      case 'permission-ended':
        this.#questions.over(event.request);
        break;
      case 'ended':
        this.#consoles.ended(event.pid, endedWord(event));
        this.#questions.ended(event.pid);
        break;
      case 'spawn-failed':
        this.#trouble(`spawn-${event.name}`, `${shownText(event.name, 32)} ${event.pid} did not start: ${shownText(event.message, 200)}`);
        break;
      case 'output-lost':
        this.#consoles.write(event.pid, `\r\n[${grouped(event.characters)} characters were lost]\r\n`);
        break;
      case 'store-lost':
        this.#trouble(
          'store',
          `The log goes on in memory: ${event.reason}.`,
          'What happens from now on is lost with the page. Export it to keep it.',
        );
        break;
      case 'failed':
        this.failed(event.error);
    }
    this.#frames.ask();
  }

  #draw(now: number): void {
    const supervisor = this.#supervisor;
    if (!supervisor) return;
    const { gateway } = supervisor.dispatcher;
    if (this.#listPace.take(now)) {
      this.#lists.draw(supervisor);
      this.#relistAt = this.#lists.mortal ? performance.now() + COUNTDOWN_MS : Infinity;
    }
    if (this.#logPace.take(now)) {
      if (this.#log.take()) this.#logPace.mark();
      this.#log.draw(this.#lists.names);
      this.#record.draw(gateway);
    }
    if (this.#consoles.draw()) this.#frames.ask();
  }

  /** Brings the console of a process in front. */
  #show(pid: number): void {
    this.#lists.adopt(this.#supervisor!);
    this.#panes.show('consoles');
    this.#consoles.choose(pid);
  }

  #type(pid: number, text: string): void {
    const typed = text.length === 1 && this.#keys.takeControl() ? (controlCode(text) ?? text) : text;
    try {
      if (this.#desk.has(pid)) this.#desk.type(pid, typed);
      else if (!this.#supervisor?.send_input_to_process(pid, typed))
        throw new GpuvisorError('BUSY', `process ${pid} takes no more input now`, 'it has not read what was typed before');
    } catch (error) {
      this.messages.trouble(error, { key: 'typed' });
    }
  }

  async #newTerminal(): Promise<void> {
    this.#show(await this.#supervisor!.spawn('terminal'));
  }

  /** Starts a machine; without WebGPU the page offers the other hart. */
  #startLinux(): void {
    const button = byId<HTMLButtonElement>('start-machine');
    button.disabled = true;
    this.#desk
      .startLinux()
      .then((pid) => this.#show(pid))
      .catch((error: unknown) => {
        const gpu = (error as GpuvisorError).code === 'WEBGPU_UNAVAILABLE';
        const other = { label: 'Use the reference hart', act: () => void this.#desk.engine('reference').then(() => this.#startLinux()) };
        this.messages.trouble(error, { key: 'machine', ...(gpu && { remedies: [other] }) });
      })
      .finally(() => (button.disabled = false));
  }

  #killAll(): void {
    this.messages.say('Every process ends, init last. Loading the page again begins another epoch.', {
      key: 'kill',
      remedies: [{ label: 'Kill all', act: () => this.#supervisor?.kill_all_processes() }],
    });
  }

  #kill(pid: number): void {
    if (pid === PID.INIT || pid === PID.PERMISSION) {
      const name = this.#lists.names.get(pid) ?? '';
      this.messages.say(`Without ${name} nothing more is granted or started until the page is loaded again.`, {
        key: 'kill',
        remedies: [{ label: `Kill ${shownText(name)}`, act: () => this.#supervisor?.kill_process(pid) }],
      });
    } else this.#supervisor?.kill_process(pid);
  }

  #revoke(pid: number, slot: number): void {
    if (!this.#supervisor!.revoke_capability(pid, slot)) this.#trouble('revoke', `Process ${pid} holds nothing in slot ${slot} any more.`);
  }

  #trouble(key: string, sentence: string, small = ''): void {
    this.messages.say(sentence, { key, kind: 'trouble', ...(small !== '' && { small }) });
  }

  /** Something that may fail. */
  #do(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.messages.trouble(error));
  }
}
