// The long check of the supervisor (npm run supervisor:soak), a few seconds of it: the same page, the same judgements.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebServer } from '../../src/cli/serve.js';
import { serveSoak, SoakBrowser } from './soak/drive.js';

let server: WebServer;
beforeAll(async () => {
  server = await serveSoak();
});
afterAll(() => server.close());

describe.each(['chromium', 'firefox'] as const)('%s', (place) => {
  let browser: SoakBrowser;
  beforeAll(async () => {
    browser = await SoakBrowser.launch(place, server.url);
  });
  afterAll(() => browser.close());

  it('spawns and kills, and all counts are afterwards what they were before', async () => {
    const { before, after, heard } = await browser.rounds(12);
    expect(after).toEqual(before);
    expect(heard).toBeGreaterThan(0);
  });

  it('runs every hostile process beside a healthy terminal, and no invariant breaks', async () => {
    const { checked, started, echo } = await browser.hostile(1.5);
    expect([checked, echo.samples]).toEqual([expect.any(Number), checked]);
    expect(checked).toBeGreaterThan(0);
    expect(Object.keys(started).sort()).toEqual([
      'console-flooder',
      'forger',
      'guesser',
      'hog',
      'mid-call',
      'queue-flooder',
      'scribbler',
      'spinner',
      'trapper',
    ]);
  });

  it('measures syscalls that wake the page and syscalls that are polled', async () => {
    const { woken, polled, rates } = await browser.roundTrip(0.3);
    for (const { calls } of [woken, polled]) expect(calls).toBeGreaterThan(0);
    expect(rates.map(({ processes, least }) => [processes, least > 0])).toEqual([
      [1, true],
      [4, true],
      [16, true],
    ]);
  });

  it('is reloaded at random moments: the chain verifies, the replayed states are the live ones, the numbers go on', async () => {
    const { lives, compared, records } = await browser.reloads(4);
    expect([lives, compared > 0, records >= compared]).toEqual([4, true, true]);
  });
});
