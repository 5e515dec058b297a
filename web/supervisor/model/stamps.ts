// Stamps: which state the live system had at which commit. A replayed log, exported or read after a reload, is compared with them.

/** What the live system had. */
export interface Stamp {
  readonly seq: number;
  /** The record's hash, hexadecimal: it names the whole log up to there. */
  readonly head: string;
  /** SHA-256 of the state behind it, hexadecimal. */
  readonly state: string;
}

/** The part of Web Storage that is used. */
export type StampStorage = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'gpuvisor-stamps';
const KEPT = 64;
const HASH = /^[0-9a-f]{64}$/;

const isStamp = (value: unknown): value is Stamp => {
  const { seq, head, state } = (value ?? {}) as Partial<Stamp>;
  return Number.isSafeInteger(seq) && HASH.test(String(head)) && HASH.test(String(state));
};

/** The last stamps, kept in the page and, where that works, beyond it. */
export class Stamps {
  #stamps: Stamp[];

  /** `storage` undefined: for this page only. */
  constructor(private readonly storage: StampStorage | undefined) {
    this.#stamps = this.#read();
  }

  #read(): Stamp[] {
    try {
      const list: unknown = JSON.parse(this.storage?.getItem(KEY) ?? '[]');
      return Array.isArray(list) ? list.filter(isStamp).slice(-KEPT) : [];
    } catch {
      return [];
    }
  }

  put(stamp: Stamp): void {
    this.#stamps = [...this.#stamps.filter(({ head }) => head !== stamp.head), stamp].slice(-KEPT);
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.#stamps));
    } catch {
      // Full or switched off: the stamp is good for this page.
    }
  }

  /** The stamp at a record, known by its hash. */
  at(head: string): Stamp | undefined {
    return this.#stamps.find((stamp) => stamp.head === head);
  }
}
