// Figures of a bench report as tables.

import type { BenchReport } from '../../bench/suite.js';
import { element, grouped } from '../shared/elements.js';
import type { FramesReport } from './frames.js';

/** What the page lets the reader download. */
export type PageReport = BenchReport & {
  readonly browser: string;
  readonly userAgent: string;
  readonly hardwareConcurrency: number;
  frames?: FramesReport;
};

const figure = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

function table(name: string, caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  const body = rows.map((row) => element('tr', {}, ...row.map((text) => element('td', {}, text))));
  const made = element(
    'table',
    { 'data-table': name },
    element('caption', {}, caption),
    element('thead', {}, head),
    element('tbody', {}, ...body),
  );
  return element('div', { class: 'scroll' }, made);
}

/** One table for each part that the report has. */
export function resultTables(report: PageReport): HTMLElement[] {
  const { yardstick, guests, fleet, frames } = report;
  const tables: HTMLElement[] = [];
  if (yardstick) {
    const rows = Object.entries(yardstick).map(([guest, { ours, naive, ratio }]) => [
      guest,
      figure(ours.median),
      figure(naive.median),
      `${figure(ratio.median)}×`,
    ]);
    tables.push(table('yardstick', 'Against a plain interpreter in WGSL', ['Guest', 'MIPS, Sv32 on', 'Plain, no MMU', 'Ratio'], rows));
  }
  if (guests) {
    const rows = Object.entries(guests).map(([guest, speed]) => [guest, figure(speed.median), figure(speed.min), figure(speed.max)]);
    tables.push(table('guests', 'Guests', ['Guest', 'MIPS', 'least', 'most'], rows));
  }
  if (fleet) {
    const rows = fleet.map(({ machines, inStep, diverged }) => [grouped(machines), figure(inStep.median), figure(diverged.median)]);
    tables.push(table('fleet', 'Many machines in one dispatch, MIPS in all', ['Machines', 'on one program', 'on different ones'], rows));
  }
  if (frames) {
    const rows = [
      ['Frames a second', figure(frames.fps)],
      ['Frame time, median', `${frames.medianFrameMs.toFixed(1)} ms`],
      ['Frame time, 95 % are below', `${frames.p95FrameMs.toFixed(1)} ms`],
      ['Frame time without a machine', `${frames.idleFrameMs.toFixed(1)} ms`],
      ['MIPS beside it', figure(frames.mips)],
      ['Instructions a frame', grouped(frames.instructionsPerFrame)],
    ];
    tables.push(table('frames', 'In a page that keeps drawing', ['Measured', 'Value'], rows));
  }
  return tables;
}
