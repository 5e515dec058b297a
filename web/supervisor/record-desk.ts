// What a person does with the record: verify, export, open, read what was kept.

import type { Gateway, LogStore, Past, StoredLog } from '../../src/supervisor/axiom/index.js';
import { saveBytes } from '../machine/save-bytes.js';
import { Keeping } from './keeping.js';
import { RecordView } from './view/record.js';
import { ReplayView } from './view/replay.js';

export class RecordDesk {
  readonly #keeping = new Keeping();
  readonly #replay = new ReplayView((head) => this.#keeping.stampAt(head));
  readonly #view: RecordView;

  /** `fail` hears of what did not work. */
  constructor(private readonly fail: (error: unknown) => void) {
    this.#view = new RecordView({
      verify: () => this.#do(this.#verify()),
      export: () => this.#do(this.#export()),
      open: (file) => this.#do(this.#open(file.name, this.#keeping.readFile(file))),
      read: (id) => this.#do(this.#open(`Log ${id} of this browser`, this.#keeping.read(id))),
    });
  }

  /** The store, for the gateway. @throws GpuvisorError BUSY when another tab writes it; whatever IndexedDB throws */
  store(): Promise<LogStore> {
    return this.#keeping.open();
  }

  /** The gateway writes its log. */
  attach(gateway: Gateway, past: Past | undefined): void {
    this.#keeping.attach(gateway);
    this.#view.enable();
    this.#view.past(past, past && this.#keeping.same(past));
    this.kept();
  }

  /** Lists the logs that can be read. */
  kept(): void {
    this.#do(
      this.#keeping
        .logs()
        .catch(() => [])
        .then((logs) => this.#view.kept(logs)),
    );
  }

  /** Nothing happens just now. `now` in milliseconds. */
  rest(now: number): void {
    this.#keeping.rest(now);
  }

  draw({ store }: Gateway): void {
    this.#view.store(store);
  }

  async #verify(): Promise<void> {
    const { verdict, from, milliseconds } = await this.#keeping.verify((done, total) => this.#view.verifying(done, total));
    this.#view.verified(verdict, from, milliseconds);
  }

  async #export(): Promise<void> {
    const { name, bytes } = await this.#keeping.export();
    saveBytes(name, 'application/octet-stream', bytes);
  }

  async #open(title: string, log: Promise<StoredLog>): Promise<void> {
    await this.#replay.open(title, await log);
  }

  #do(work: Promise<unknown>): void {
    work.catch(this.fail);
  }
}
