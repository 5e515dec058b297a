// Waiting for something about a machine: looked at when it prints, when its state changes, and every so often.

import { checkAborted } from './abort.js';
import type { Vm } from './vm.js';

/** Two looks are at least this far apart, ms. */
const LEAST_MS = 15;

/** What `check` gives once it is not undefined; undefined when `ms` are over. The signal ends it; nothing of it is left then. */
export async function until<T>(
  vm: Vm,
  options: { readonly ms: number; readonly everyMs: number; readonly signal: AbortSignal },
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  const { ms, everyMs, signal } = options;
  const end = performance.now() + ms;
  let poke: (() => void) | undefined;
  let poked = false;
  const onNews = (): void => {
    poked = true;
    poke?.();
  };
  const stops = [vm.serial.onText(onNews), vm.vm.onChange(onNews)];
  signal.addEventListener('abort', onNews);
  try {
    for (;;) {
      checkAborted(signal);
      poked = false;
      const found = await check();
      if (found !== undefined) return found;
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await rest(Math.min(left, LEAST_MS));
      if (!poked && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(0, Math.min(everyMs - LEAST_MS, end - performance.now())));
          poke = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        poke = undefined;
      }
    }
  } finally {
    for (const stop of stops) stop();
    signal.removeEventListener('abort', onNews);
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
