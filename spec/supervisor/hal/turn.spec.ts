// A turn of the page: later, in a hidden page too, and not at all when it is called off.
import { afterEach, expect, it, vi } from 'vitest';
import { nextTurn } from '../../../src/supervisor/hal/turn.js';

/** A page has a document of its own. */
function hide(hidden: boolean): void {
  if ('document' in globalThis) Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  else vi.stubGlobal('document', { hidden });
}
afterEach(() => {
  vi.unstubAllGlobals();
  if ('document' in globalThis) delete (document as { hidden?: boolean }).hidden;
});

it.each([false, true])('comes in a later task (hidden: %s)', async (hidden) => {
  hide(hidden);
  const order: string[] = [];
  const done = new Promise<void>((resolve) => nextTurn(0, () => resolve(void order.push('turn'))));
  void Promise.resolve().then(() => order.push('microtask'));
  nextTurn(0, () => order.push('called off'))();
  order.push('now');
  await done;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(order).toEqual(['now', 'microtask', 'turn']);
});
