// Turns: calls that change one machine go one after another, in the order they came; calls on other machines do not wait for them.

/** Lets a holder of the lane give it back; a second call does nothing. */
export type Release = () => void;

/** One queue for each key; keys nobody waits for are forgotten. */
export class Lanes {
  readonly #queues = new Map<string, (() => void)[]>();

  /** Keys in use. */
  get size(): number {
    return this.#queues.size;
  }

  /** Waits for the turn on `key`. Rejects with the signal's reason when it is aborted before; the place in the queue is then given up. */
  async enter(key: string, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted();
    const queue = this.#queues.get(key);
    if (!queue) this.#queues.set(key, []);
    else {
      await new Promise<void>((resolve, reject) => {
        const go = (): void => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          queue.splice(queue.indexOf(go), 1);
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(go);
      });
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.#queues.get(key)!.shift();
      if (next) next();
      else this.#queues.delete(key);
    };
  }
}
