// npm run supervisor:soak: the long check of the Web Supervisor in Chromium and Firefox. Prints what it finds and stores it in bench/results.
//
//   --rounds 500 --seconds 60 --reloads 200     how much of each part; 0 leaves it out
//   --only chromium                             one browser
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveSoak, soak, type Place, type SoakReport } from './drive.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    reloads: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
});
const whole = (text: string): number => {
  const n = Number(text);
  if (!Number.isFinite(n) || n < 0) throw new Error(`${text} is no number from 0 up`);
  return n;
};
const amounts = { rounds: whole(values.rounds), seconds: whole(values.seconds), reloads: whole(values.reloads) };
const places = (['chromium', 'firefox'] as const).filter((place: Place) => values.only === undefined || values.only === place);
const full = amounts.rounds >= 500 && amounts.seconds >= 60 && amounts.reloads >= 200;

/** What the figures have to be. */
function judge({ browser, roundTrip }: SoakReport): void {
  if (!roundTrip) return;
  const { woken, ratio } = roundTrip;
  if (woken.median < 0.1 && ratio >= 100) return;
  console.error(
    `${browser}: ${woken.median} ms a syscall, ${ratio} times faster than polling; at most 0.1 ms and at least 100 times are wanted`,
  );
  process.exitCode = 1;
}

const server = await serveSoak();
try {
  for (const place of places) {
    const report = await soak(place, amounts, server.url, (line) => console.log(line));
    judge(report);
    // A shorter run is for looking at.
    if (!full) continue;
    const file = new URL(`../../../bench/results/supervisor-${place}.json`, import.meta.url);
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    console.log(fileURLToPath(file));
  }
} finally {
  await server.close();
}
