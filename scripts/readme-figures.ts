// Writes the figures of README.md from bench/results/*.json. `npx tsx scripts/readme-figures.ts`; `npm run bench` calls it; a spec fails when README is stale.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { FullReport } from '../bench/plot.js';
import type { SoakReport } from '../spec/supervisor/soak/drive.js';

const BEGIN = '<!-- figures: from bench/results by scripts/readme-figures.ts -->';
const END = '<!-- end of figures -->';
const README = new URL('../README.md', import.meta.url);
const RESULTS = new URL('../bench/results/', import.meta.url);

const figure = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

function block(file: string, report: FullReport): string {
  const rows: [string, string][] = [];
  for (const [name, r] of Object.entries(report.yardstick ?? {})) {
    rows.push([
      `\`${name}\`, Sv32 on`,
      `${figure(r.ours.median)} MIPS, ${figure(r.ratio.median)}x a plain interpreter on the same adapter`,
    ]);
  }
  for (const [name, s] of Object.entries(report.guests ?? {})) rows.push([`\`${name}\``, `${figure(s.median)} MIPS`]);
  const one = report.fleet?.find((f) => f.machines === 1);
  for (const f of report.fleet ?? []) {
    if (f.machines === 1 || !one) continue;
    rows.push([
      `${f.machines} machines, total`,
      `${figure(f.inStep.median)} MIPS, ${figure(f.inStep.median / one.inStep.median)}x one (diverged: ${figure(f.diverged.median)})`,
    ]);
  }
  for (const l of report.linux ?? []) {
    rows.push([
      `Linux to its prompt, ${l.on}`,
      `${figure(l.seconds)} s${l.instructions ? `, ${figure(l.instructions / 1e6)} M instructions, ${figure(l.mips!)} MIPS` : ''}`,
    ]);
  }
  if (report.frames)
    rows.push(['in a page that keeps drawing', `${figure(report.frames.fps)} frames a second beside ${figure(report.frames.mips)} MIPS`]);
  if (rows.length === 0) return '';
  const runtime = /firefox/i.test(report.runtime) ? 'Firefox' : /chrom/i.test(report.runtime) ? 'Chromium' : report.runtime;
  const note =
    runtime === 'Firefox'
      ? '\nFirefox answers a page by a clock of about 100 ms unless it is asked. gpuvisor asks, the plain interpreter does not: its ratio says little here ([more](docs/bench.md)).\n'
      : '';
  return `**${runtime}, ${report.adapter.trim()}** (commit ${report.commit ?? 'unknown'}, ${report.date.slice(0, 10)}; [data](bench/results/${file}), [plot](bench/results/${file.replace('.json', '.svg')}))\n\n| | |\n|---|---|\n${rows.map(([a, b]) => `| ${a} | ${b} |`).join('\n')}\n${note}`;
}

/** The supervisor's figures, a column a browser. */
function supervisorBlock(reports: readonly SoakReport[]): string {
  const thousands = (n: number): string => `${(n / 1000).toFixed(n >= 10_000 ? 0 : 1)} k`;
  const row = (what: string, tell: (r: SoakReport) => string): string => `| ${what} | ${reports.map(tell).join(' | ')} |`;
  return [
    `**Web Supervisor** (${reports.map((r) => `${r.browser}, ${r.cores} cores, ${r.date.slice(0, 10)}`).join('; ')}; \`npm run supervisor:soak\`)`,
    '',
    `| | ${reports.map((r) => (/firefox/i.test(r.browser) ? 'Firefox' : 'Chromium')).join(' | ')} |`,
    `|---|${'---|'.repeat(reports.length)}`,
    row('one syscall, there and back, median', (r) => `${(r.roundTrip!.woken.median * 1000).toFixed(1)} µs`),
    row('the same, polled each frame', (r) => `${r.roundTrip!.polled.median.toFixed(1)} ms, ${figure(r.roundTrip!.ratio)}x as long`),
    row('syscalls a second, 1 / 4 / 16 processes', (r) => r.roundTrip!.rates.map((rate) => thousands(rate.perSecond)).join(' / ')),
    row(
      'echo of a key beside all hostile processes, median / 99 % / worst',
      ({ hostile }) => `${[hostile!.echo.median, hostile!.echo.p99, hostile!.echo.worst].map((ms) => ms.toFixed(1)).join(' / ')} ms`,
    ),
    row('reloads in the middle of a run, log whole and state equal', (r) => `${r.reloads!.reloads} of ${r.reloads!.reloads}`),
    '',
  ].join('\n');
}

const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, RESULTS), 'utf8'));

/** README with its figures brought up to date. */
export function currentReadme(): string {
  const readme = readFileSync(README, 'utf8');
  const order = ['node', 'chromium', 'firefox'];
  const files = readdirSync(RESULTS).filter((f) => f.endsWith('.json'));
  const soaks = files.filter((f) => f.startsWith('supervisor-')).sort();
  const blocks = files
    .filter((f) => !soaks.includes(f))
    .sort((a, b) => order.findIndex((o) => a.startsWith(o)) - order.findIndex((o) => b.startsWith(o)) || a.localeCompare(b))
    .map((f) => block(f, read(f) as FullReport))
    .filter(Boolean);
  if (soaks.length > 0) blocks.push(supervisorBlock(soaks.map((f) => read(f) as SoakReport)));
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) throw new Error('README.md has lost its figure marks');
  return `${readme.slice(0, from)}${BEGIN}\n${blocks.join('\n')}${readme.slice(to)}`;
}

if (process.argv[1]?.endsWith('readme-figures.ts')) writeFileSync(README, currentReadme());
