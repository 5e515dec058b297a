// Lets the event loop turn: messages, timers, aborts.

/** Node's own, where it is there: a timer of the other kind waits a millisecond at least. */
const immediate = (globalThis as { setImmediate?: (act: () => void) => unknown }).setImmediate;

/** Resolves after whatever waits in the event loop had its turn. Not held back in hidden tabs, as timers are. */
export function turn(): Promise<void> {
  if (immediate) return new Promise((resolve) => void immediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Resolves after `ms`, or as soon as `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
