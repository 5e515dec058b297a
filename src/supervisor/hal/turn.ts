// The page's turn: a task of one's own, after what waits. A page that is hidden has its timers slowed down to one a second; there a message does it.

const hidden = (): boolean => (globalThis as { document?: { hidden?: boolean } }).document?.hidden === true;

/** Calls `work` in a later task, at least `ms` milliseconds on where the page is seen. Returns how to call it off. */
export function nextTurn(ms: number, work: () => void): () => void {
  if (!hidden()) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  }
  const { port1, port2 } = new MessageChannel();
  // Closing a port does not take back what is on its way.
  let called = true;
  port1.onmessage = () => {
    port1.close();
    if (called) work();
  };
  port2.postMessage(undefined);
  return () => void (called = false);
}
