// The conformance page: choose, run in the background, watch, read what failed, download the report.

import type { ConformanceProgress, ConformanceReport, SuiteName } from '../../src/conformance/suites.js';
import { begin, type Job } from '../shared/background.js';
import { Controls } from '../shared/controls.js';
import { byId, element, save } from '../shared/elements.js';
import { showEnvironment, type Environment } from '../shared/environment.js';
import { SuiteList } from '../shared/suites.js';
import { PRESETS, ROWS, type ConformanceRequest, type Preset } from './choices.js';
import { Tally, conclusion, failuresOf, type Failure } from './tally.js';

const list = new SuiteList(byId('suites'), ROWS);
const seed = byId<HTMLInputElement>('seed');
const presets = byId<HTMLFieldSetElement>('presets');
seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
presets.addEventListener('change', (event) => list.setCounts(PRESETS[(event.target as HTMLInputElement).value as Preset]));

let job: Job<ConformanceReport> | undefined;
let stopping = false;
let report: ConformanceReport | undefined;
const controls = new Controls({
  start: () => void start(),
  stop: () => {
    stopping = true;
    job?.stop();
  },
  download: () => report && save(`gpuvisor-conformance-${report.seed}.json`, 'application/json', `${JSON.stringify(report, null, 2)}\n`),
});
const environment = showEnvironment();
void environment.then((found) => {
  if (found) controls.say('idle', 'Ready.');
  else controls.forbid();
});

function request(about: Environment): ConformanceRequest {
  const chosen = list.chosen();
  const count = (name: SuiteName): number => Math.max(1, chosen.find((c) => c.name === name)?.count ?? 1);
  return {
    suites: chosen.map((c) => c.name as SuiteName),
    seed: seed.valueAsNumber,
    walks: count('sv32'),
    programs: count('lockstep'),
    about: Object.fromEntries(Object.entries(about).map(([name, value]) => [name, String(value)])),
  };
}

async function start(): Promise<void> {
  const found = await environment;
  if (!found) return;
  const asked = request(found);
  if (asked.suites.length === 0) return controls.say('idle', 'Choose at least one suite.');
  report = undefined;
  stopping = false;
  showFailures([]);
  list.start();
  seed.disabled = presets.disabled = true;
  controls.running();
  controls.say('running', 'Compiling the shader…');
  const tally = new Tally();
  job = begin<ConformanceRequest, ConformanceProgress, ConformanceReport>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    async () => (await import('./conduct.js')).conduct,
    asked,
    (progress) => list.progress(progress.suite, tally.add(progress)),
    (place) => controls.say('running', `Running in ${place}.`),
  );
  const ending = await job.ended;
  job = undefined;
  report = ending.report;
  list.end();
  seed.disabled = presets.disabled = false;
  controls.ended(report !== undefined);
  if (report) {
    const { state, sentence } = conclusion(asked.suites, report);
    const verdicts = asked.suites.map((suite) => [suite, conclusion([suite], report!).state] as const);
    for (const [suite, verdict] of verdicts)
      if (verdict !== 'stopped' || report.suites.some((s) => s.suite === suite)) list.settle(suite, verdict);
    showFailures(failuresOf(report));
    controls.say(state, sentence);
  } else if (ending.trouble && !stopping) {
    controls.say('failed', `${ending.trouble.code}: ${ending.trouble.message}. ${ending.trouble.hint}`);
  } else controls.say('stopped', 'Stopped.');
}

function showFailures(failures: readonly Failure[]): void {
  byId('failures').hidden = failures.length === 0;
  byId('failure-list').replaceChildren(
    ...failures.map(({ title, text }) => {
      const body = text === '' ? [] : [element('pre', { tabindex: '0' }, text)];
      return element('details', { class: 'failure', 'data-failure': '', open: '' }, element('summary', {}, title), ...body);
    }),
  );
}
