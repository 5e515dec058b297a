// The same boot on both executors, and a snapshot carried across.
import { expect, test } from 'vitest';
import { restoreSnapshot, saveSnapshot } from '../../src/machine/snapshot.js';
import { EXECUTORS, PROMPT, bootGuest } from './session.js';

const LONG = 300_000;
const STEP = 9_000_000;

test(
  'equal serial text and equal digests at equal steps, to the prompt and on from a snapshot',
  async () => {
    const left = (await bootGuest(EXECUTORS.reference)).machine;
    const right = (await bootGuest(EXECUTORS.gpu)).machine;
    const third = (await bootGuest(EXECUTORS.gpu)).machine;
    try {
      for (let i = 0; i < 12 && !left.console.text().includes(PROMPT); i++) {
        const result = await left.run(STEP);
        expect(await right.run(STEP)).toEqual(result);
        expect(right.console.text()).toBe(left.console.text());
        expect(await right.digest()).toBe(await left.digest());
      }
      expect(left.console.text()).toContain(PROMPT);

      await restoreSnapshot(third, await saveSnapshot(left));
      expect(await third.digest()).toBe(await right.digest());
      for (const machine of [left, right, third]) {
        machine.send('uname\n');
        await machine.run(3_000_000);
      }
      const digest = await left.digest();
      expect(await right.digest()).toBe(digest);
      expect(await third.digest()).toBe(digest);
      expect(left.console.text().slice(-40)).toContain('Linux');
    } finally {
      for (const machine of [left, right, third]) machine.dispose();
    }
  },
  LONG,
);
