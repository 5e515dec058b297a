// A report as a picture: one SVG, a panel a suite, bars with their figures. No dependency, no script in the result.

import type { LinuxBoot } from './linux.js';
import type { BenchReport, Spread } from './suite.js';

/** A report with what only some runtimes measure. */
export interface FullReport extends BenchReport {
  commit?: string;
  linux?: LinuxBoot[];
  frames?: { fps: number; mips: number; medianFrameMs: number; instructionsPerFrame: number };
}

interface Bar {
  readonly label: string;
  readonly value: number;
  /** Written behind the bar. */
  readonly text: string;
  /** Least and most, as a thin line over the bar. */
  readonly range?: readonly [number, number];
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 720;
const LABEL = 170;
const ROW = 24;

const escape = (s: string): string => s.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
const figure = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));
const bar = (label: string, s: Spread, unit: string): Bar => ({
  label,
  value: s.median,
  text: `${figure(s.median)} ${unit}`,
  range: [s.min, s.max],
});

function panels(report: FullReport): Panel[] {
  const list: Panel[] = [];
  const { yardstick, guests, fleet, linux, frames } = report;
  if (yardstick) {
    const rows = Object.entries(yardstick);
    list.push({
      title: 'MIPS with Sv32 on, and a plain interpreter without it',
      bars: rows.flatMap(([name, r]) => [bar(name, r.ours, `MIPS (${figure(r.ratio.median)}x)`), bar(`${name}, plain`, r.naive, 'MIPS')]),
    });
  }
  if (guests) list.push({ title: 'Other guests, MIPS', bars: Object.entries(guests).map(([name, s]) => bar(name, s, 'MIPS')) });
  if (fleet) {
    list.push({
      title: 'Fleet, total MIPS by machines in one dispatch',
      bars: fleet.flatMap((f) => [bar(`${f.machines}`, f.inStep, 'MIPS'), bar(`${f.machines}, diverged`, f.diverged, 'MIPS')]),
    });
  }
  if (linux) {
    list.push({
      title: 'Linux to its prompt, seconds',
      bars: linux.map((l) => ({
        label: l.on,
        value: l.seconds,
        text: `${figure(l.seconds)} s${l.instructions ? `, ${figure(l.instructions / 1e6)} M instructions, ${figure(l.mips!)} MIPS` : ''}`,
      })),
    });
  }
  if (frames) {
    list.push({
      title: 'In a page that keeps drawing',
      bars: [
        { label: 'frames a second', value: frames.fps, text: figure(frames.fps) },
        {
          label: 'MIPS beside it',
          value: frames.mips,
          text: `${figure(frames.mips)} MIPS, ${figure(frames.instructionsPerFrame)} instructions a frame`,
        },
      ],
    });
  }
  return list;
}

function drawPanel(panel: Panel, top: number): string {
  const most = Math.max(...panel.bars.map((b) => b.range?.[1] ?? b.value), Number.MIN_VALUE);
  const scale = (v: number): number => (v / most) * (WIDTH - LABEL - 270);
  const rows = panel.bars.map((b, i) => {
    const y = top + 26 + i * ROW;
    const range = b.range ? `<path class="r" d="M${LABEL + scale(b.range[0])} ${y + 8}H${LABEL + scale(b.range[1])}"/>` : '';
    const end = LABEL + scale(Math.max(b.value, b.range?.[1] ?? 0)) + 8;
    return `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escape(b.label)}</text><rect x="${LABEL}" y="${y}" width="${scale(b.value).toFixed(1)}" height="16" rx="2"/>${range}<text x="${end.toFixed(1)}" y="${y + 12}">${escape(b.text)}</text>`;
  });
  return `<text class="h" x="12" y="${top + 14}">${escape(panel.title)}</text>${rows.join('')}`;
}

/** The SVG of a report. */
export function plotBench(report: FullReport): string {
  let y = 56;
  const drawn: string[] = [];
  for (const panel of panels(report)) {
    drawn.push(drawPanel(panel, y));
    y += 26 + panel.bars.length * ROW + 20;
  }
  const style =
    'text{font:12px system-ui,sans-serif;fill:#24292f}.h{font-weight:600;font-size:13px}.s{fill:#57606a}rect{fill:#3b82c4}.r{stroke:#12395c;stroke-width:2}.bg{fill:#fff}';
  const head = `<text class="h" x="12" y="22">gpuvisor bench</text><text class="s" x="12" y="40">${escape(`${report.adapter} · ${report.runtime} · ${report.date.slice(0, 10)}${report.commit ? ` · ${report.commit}` : ''}`.slice(0, 118))}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}"><style>${style}</style><rect class="bg" width="${WIDTH}" height="${y}"/>${head}${drawn.join('')}</svg>\n`;
}
