// The page is being left: what has not been stored goes out at once. Where there is no page nothing is heard.

/** Calls `work` whenever the page is being left or hidden; returns how to stop. */
export function onLeaving(
  work: () => void,
  scope: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> = globalThis,
): () => void {
  if (!scope.addEventListener || !scope.removeEventListener) return () => {};
  scope.addEventListener('pagehide', work);
  return () => scope.removeEventListener!('pagehide', work);
}
