// `npm run bench`: measures in Node (and Linux boots), then in Chromium and Firefox through the bench page, and keeps JSON and SVG in bench/results.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { currentReadme } from '../scripts/readme-figures.js';
import { benchLinux } from './linux.js';
import { type FullReport, plotBench } from './plot.js';
import { BENCH_SUITES, runBench } from './suite.js';

const HELP = `usage: npm run bench -- [--suites LIST] [--in LIST] [--linux-turns N]

Speeds are retired instructions over wall time, the clock stopped after the result was read back; medians.
  --suites LIST     of ${BENCH_SUITES.map((s) => s.name).join(', ')}, linux (Node only), frames (browsers only); default: all
  --in LIST         of node, chromium, firefox; default: all three
  --linux-turns N   boots on each executor, default 3
Results: bench/results/RUNTIME-ADAPTER.json and .svg; README.md is brought up to date from them.`;

const { values } = parseArgs({
  options: {
    suites: { type: 'string' },
    in: { type: 'string' },
    'linux-turns': { type: 'string', default: '3' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const suites = values.suites?.split(',') ?? [...BENCH_SUITES.map((s) => s.name), 'linux', 'frames'];
const places = values.in?.split(',') ?? ['node', 'chromium', 'firefox'];
const results = fileURLToPath(new URL('results/', import.meta.url));

const say = (text: string): void => void process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);

function keep(place: string, report: FullReport): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: results, encoding: 'utf8' }).trim();
  const full = { ...report, commit };
  const adapter = /swiftshader/i.test(report.adapter)
    ? 'swiftshader'
    : report.adapter
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 40);
  mkdirSync(results, { recursive: true });
  writeFileSync(`${results}${place}-${adapter}.json`, `${JSON.stringify(full, null, 2)}\n`);
  writeFileSync(`${results}${place}-${adapter}.svg`, plotBench(full));
  say(`${place}: bench/results/${place}-${adapter}.json and .svg\n`);
}

for (const place of places) {
  if (place === 'node') {
    const report: FullReport = await runBench({
      suites,
      naiveWgsl: readFileSync(new URL('naive.wgsl', import.meta.url), 'utf8'),
      onProgress: (p) => say(`${p.suite} ${p.done}/${p.total} ${p.doing ?? ''}`),
    });
    if (suites.includes('linux')) report.linux = await benchLinux(Number(values['linux-turns']), say);
    keep(place, report);
  } else if (place === 'chromium' || place === 'firefox') {
    const { benchBrowser } = await import('./browser.js');
    keep(place, await benchBrowser(place, suites, say));
  } else {
    console.error(`error BAD_ARGUMENT: --in ${place}; node, chromium and firefox are allowed`);
    process.exit(2);
  }
}
writeFileSync(new URL('../README.md', import.meta.url), currentReadme());
// Dawn keeps the process alive.
process.exit(0);
