// The bench page: choose, measure in the background, read the figures, download the report.

import { plotBench } from '../../bench/plot.js';
import { BENCH_SUITES, type BenchReport } from '../../bench/suite.js';
import { begin, type Job } from '../shared/background.js';
import { Controls } from '../shared/controls.js';
import { byId, element, save } from '../shared/elements.js';
import { showEnvironment, type Environment } from '../shared/environment.js';
import { SuiteList, VERDICTS, type SuiteRow } from '../shared/suites.js';
import type { Trouble } from '../shared/work.js';
import { troubleOf } from '../shared/work.js';
import type { BenchProgress, BenchRequest } from './conduct.js';
import { measureFrames } from './frames.js';
import { resultTables, type PageReport } from './results.js';

/** The page's own measurement. */
const FRAMES = 'frames';
const FRAMES_SECONDS = 6;
const TITLES: Readonly<Record<string, string>> = { yardstick: 'Yardstick', guests: 'Guests', fleet: 'Fleet' };

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;
const rows: SuiteRow[] = [
  ...BENCH_SUITES.map(({ name, about, quick }) => ({
    name,
    title: TITLES[name] ?? name,
    about: sentence(about),
    chosen: quick ?? false,
    unit: 'turns',
  })),
  { name: FRAMES, title: 'Frames', about: 'Frame time and instructions a frame in a page that keeps drawing.', chosen: true, unit: 's' },
];

const list = new SuiteList(byId('suites'), rows, { ...VERDICTS, passed: 'done' });
const canvas = byId<HTMLCanvasElement>('frames-canvas');
let job: Job<BenchReport> | undefined;
let stop = new AbortController();
let report: PageReport | undefined;
const controls = new Controls({
  start: () => void start(),
  stop: () => stop.abort(),
  download: () =>
    report && save(`gpuvisor-bench-${report.date.slice(0, 10)}.json`, 'application/json', `${JSON.stringify(report, null, 2)}\n`),
});
const environment = showEnvironment();
void environment.then((found) => {
  if (found) controls.say('idle', 'Ready.');
  else controls.forbid();
});

/** The suites of bench/, in a worker. */
async function bench(suites: readonly string[]): Promise<{ report: BenchReport | undefined; trouble: Trouble | undefined }> {
  job = begin<BenchRequest, BenchProgress, BenchReport>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    async () => (await import('./conduct.js')).conduct,
    { suites },
    ({ suite, done, total, doing = '' }) => list.progress(suite, { done, total, doing }),
    (place) => controls.say('running', `Running in ${place}.`),
  );
  const halt = (): void => job?.stop();
  stop.signal.addEventListener('abort', halt);
  const ending = await job.ended;
  stop.signal.removeEventListener('abort', halt);
  job = undefined;
  return ending;
}

/** The frames, on this page. */
async function frames(into: PageReport): Promise<Trouble | undefined> {
  byId('drawing').hidden = false;
  canvas.scrollIntoView({ block: 'nearest' });
  try {
    const measured = await measureFrames({
      canvas,
      seconds: FRAMES_SECONDS,
      signal: stop.signal,
      onProgress: (progress) => list.progress(FRAMES, progress),
    });
    if (measured) {
      into.frames = measured;
      list.settle(FRAMES, 'passed');
    }
    return undefined;
  } catch (error) {
    return troubleOf(error);
  } finally {
    byId('drawing').hidden = true;
  }
}

/** What every report has, whatever was measured. */
function frame(found: Environment, measured: BenchReport | undefined): PageReport {
  const { browser, userAgent, hardwareConcurrency, adapter } = found;
  return { adapter, date: new Date().toISOString(), ...measured, runtime: browser, browser, userAgent, hardwareConcurrency };
}

async function start(): Promise<void> {
  const found = await environment;
  if (!found) return;
  const chosen = list.chosen().map(({ name }) => name);
  if (chosen.length === 0) return controls.say('idle', 'Choose at least one suite.');
  stop = new AbortController();
  report = undefined;
  show(undefined);
  list.start();
  controls.running();
  controls.say('running', 'Compiling the shader…');
  const suites = chosen.filter((name) => name !== FRAMES);
  const measured = suites.length > 0 ? await bench(suites) : undefined;
  let trouble = measured?.trouble;
  const made = frame(found, measured?.report);
  const complete = measured?.report !== undefined && !stop.signal.aborted;
  for (const name of suites) if (complete) list.settle(name, 'passed');
  if (chosen.includes(FRAMES) && !trouble && !stop.signal.aborted) trouble = await frames(made);
  if (stop.signal.aborted) made.stopped = true;
  list.end();
  report = made;
  show(made);
  controls.ended(true);
  if (trouble) controls.say('failed', `${trouble.code}: ${trouble.message}. ${trouble.hint}`);
  else if (stop.signal.aborted) controls.say('stopped', 'Stopped.');
  else controls.say('passed', 'Done.');
}

function show(made: PageReport | undefined): void {
  const tables = made ? resultTables(made) : [];
  byId('results').hidden = tables.length === 0;
  byId('result-list').replaceChildren(...tables);
  const plot = byId('plot');
  plot.hidden = tables.length === 0;
  // As an image: the drawing cannot touch the page.
  if (made && tables.length > 0)
    plot.replaceChildren(
      element('img', { alt: 'The same figures as bars', src: `data:image/svg+xml,${encodeURIComponent(plotBench(made))}` }),
    );
}
