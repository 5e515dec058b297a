// A log that was opened: how far it is good, whether its state is the one the live system had, and every step of it.

import { hex, type Damage, type StoredLog } from '../../../src/supervisor/axiom/index.js';
import { KernelView } from '../../../src/supervisor/axiom/view.js';
import { LIMITS } from '../../../src/supervisor/kernel/index.js';
import { byId, element, grouped } from '../../shared/elements.js';
import { commitDetail } from '../model/log-rows.js';
import { Replayer } from '../model/replayer.js';
import type { Stamp } from '../model/stamps.js';
import { clockWord, kindWord, objectWord, processWord, rightsWord, shortHash, shownText, stateWord } from '../model/words.js';
import { put } from './keyed.js';

/** Capabilities that are listed for a step. */
const LISTED = 200;

/** Where and what, for a reader. */
export function damageWord({ kind, seq, row, message }: Damage): string {
  return kind === 'unreadable' ? message : `record ${grouped(seq)} (${kind}, in the row that begins with ${grouped(row)}): ${message}`;
}

/** How far the walk over a log has come. */
export function progressWord(done: number, total: number): string {
  return `Verifying: ${Math.floor((100 * done) / Math.max(total, 1))} %`;
}

/** Sets a line with a verdict. */
export function verdict(id: string, state: '' | 'good' | 'bad' | 'open', text: string): void {
  const line = byId(id);
  line.dataset['state'] = state;
  put(line, text);
}

export class ReplayView {
  readonly #slider = byId<HTMLInputElement>('replay-at');
  #replayer: Replayer | undefined;
  /** Ends the reading that is on. */
  #reading = new AbortController();

  constructor(private readonly stampAt: (head: string) => Stamp | undefined) {
    this.#slider.addEventListener('input', () => this.#show(Number(this.#slider.value)));
    byId('replay-back').addEventListener('click', () => this.#show(Number(this.#slider.value) - 1));
    byId('replay-on').addEventListener('click', () => this.#show(Number(this.#slider.value) + 1));
    byId('replay-close').addEventListener('click', () => this.close());
  }

  /** Verifies and replays a log, and shows its end. Another log, or Close, ends it. */
  async open(title: string, log: StoredLog): Promise<void> {
    this.close();
    const { signal } = (this.#reading = new AbortController());
    byId('replay').hidden = false;
    byId('replay-steps').hidden = true;
    for (const key of ['commits', 'state']) delete byId('replay').dataset[key];
    put(byId('replay-title'), shownText(title, 80));
    verdict('replay-same', '', '');
    verdict('replay-verdict', 'open', progressWord(0, 1));
    byId('replay').scrollIntoView({ block: 'nearest' });
    const progress = (done: number, total: number): void => verdict('replay-verdict', 'open', progressWord(done, total));
    try {
      this.#ready(await Replayer.open(log, { progress, signal }));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #ready(replayer: Replayer): void {
    this.#replayer = replayer;
    const { damage, commits, state } = replayer.verdict;
    const what =
      commits === 0
        ? 'No record holds'
        : `${grouped(commits)} records hold, ${grouped(replayer.first)} to ${grouped(replayer.last)}, up to epoch ${state.epoch}`;
    if (damage) verdict('replay-verdict', 'bad', `${what}. Damaged at ${damageWord(damage)}.`);
    else verdict('replay-verdict', 'good', `${what}.`);
    this.#compare(replayer);
    byId('replay-steps').hidden = replayer.length === 0;
    this.#slider.min = String(replayer.first);
    this.#slider.max = String(replayer.last);
    byId('replay').dataset['commits'] = String(commits);
    byId('replay').dataset['state'] = replayer.stateHash;
    this.#show(replayer.last);
  }

  close(): void {
    this.#reading.abort();
    this.#replayer = undefined;
    byId('replay').hidden = true;
  }

  /** Its end against what the live system had there. */
  #compare(replayer: Replayer): void {
    const head = hex(replayer.verdict.head.hash);
    const stamp = replayer.length > 0 ? this.stampAt(head) : undefined;
    if (!stamp)
      return verdict(
        'replay-same',
        'open',
        `Replayed to state ${shortHash(replayer.stateHash)}. This browser noted no state of the live system there.`,
      );
    const same = stamp.state === replayer.stateHash;
    const said = same ? 'the state the live system had there' : `not ${shortHash(stamp.state)}, which the live system had there`;
    verdict('replay-same', same ? 'good' : 'bad', `Replayed to state ${shortHash(replayer.stateHash)}: ${said}.`);
  }

  #show(seq: number): void {
    const step = this.#replayer?.at(seq);
    for (const id of ['replay-commit', 'replay-hash', 'replay-number', 'replay-cap-count']) if (!step) put(byId(id), '');
    if (!step || !this.#replayer) {
      byId('replay-processes').replaceChildren();
      byId('replay-capabilities').replaceChildren();
      return;
    }
    const { record, state, stateHash } = step;
    const { first, last } = this.#replayer;
    this.#slider.value = String(record.seq);
    this.#slider.setAttribute('aria-valuetext', `commit ${record.seq}, ${record.commit.type}`);
    byId<HTMLButtonElement>('replay-back').disabled = record.seq <= first;
    byId<HTMLButtonElement>('replay-on').disabled = record.seq >= last;
    put(byId('replay-number'), `${grouped(record.seq)} of ${grouped(last)}`);
    byId('replay-commit').replaceChildren(
      element('strong', {}, record.commit.type),
      ` ${commitDetail(record.commit)}`,
      element(
        'small',
        {},
        `epoch ${record.epoch}, ${clockWord(record.time)} s${record.causedBy > 0 ? `, by request ${record.causedBy}` : ''}`,
      ),
    );
    put(byId('replay-hash'), stateHash);
    byId('replay-hash').dataset['seq'] = String(record.seq);
    const view = new KernelView(state, LIMITS);
    const processes = view.processes();
    const names = new Map(processes.map(({ pid, name }) => [pid, name]));
    byId('replay-processes').replaceChildren(
      ...processes.map(({ pid, kind, state: is }) =>
        element('li', { 'data-pid': String(pid) }, processWord(pid, names), element('small', {}, ` ${kindWord(kind)}, ${stateWord(is)}`)),
      ),
    );
    const caps = view.capabilities();
    const owners = new Map(view.endpoints().map(({ id, owner }) => [id, owner]));
    put(byId('replay-cap-count'), grouped(caps.length));
    const rows = caps
      .slice(-LISTED)
      .reverse()
      .map(({ type, object, rights, holder }) =>
        element(
          'li',
          {},
          `${objectWord(type, object, names, owners)}`,
          element(
            'small',
            {},
            ` ${rightsWord(rights)}, ${holder ? `${processWord(holder.pid, names)}, slot ${holder.slot}` : 'in a message'}`,
          ),
        ),
      );
    const more = caps.length - rows.length;
    byId('replay-capabilities').replaceChildren(...rows, ...(more > 0 ? [element('li', {}, `and ${grouped(more)} older`)] : []));
  }
}
