// MIPS per frame: the page draws at every animation frame while a machine runs in a worker. Frames are timed, instructions counted.

import { GpuvisorError } from '../../src/isa/errors.js';
import { begin } from '../shared/background.js';
import type { LoadProgress, LoadRequest } from './frames-conduct.js';

/** The measurement, as it stands in the report. */
export interface FramesReport {
  /** Wall time measured, s. */
  readonly seconds: number;
  readonly frames: number;
  /** Frames a second over the whole time. */
  readonly fps: number;
  readonly medianFrameMs: number;
  readonly p95FrameMs: number;
  /** The same page without a machine. */
  readonly idleFrameMs: number;
  /** Retired instructions over wall time, millions a second. */
  readonly mips: number;
  /** Retired instructions over frames. */
  readonly instructionsPerFrame: number;
  /** Wall time that one dispatch was meant to take, ms. */
  readonly dispatchMs: number;
  /** Where the machine ran. */
  readonly place: string;
}

export interface FramesOptions {
  readonly canvas: HTMLCanvasElement;
  /** Wall time measured, s. */
  readonly seconds: number;
  readonly dispatchMs?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly doing: string }) => void;
}

const IDLE_SECONDS = 1.5;
/** The machine runs this long before frames count, s. */
const SETTLE_SECONDS = 1;
const DISPATCH_MS = 6;

/** The value below which a part of the others lies; 0 of nothing. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Three slow waves. */
function draw(canvas: HTMLCanvasElement, ms: number): void {
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue('--accent');
  for (const wave of [0, 1, 2]) {
    context.globalAlpha = 1 - wave * 0.3;
    context.lineWidth = 3 - wave * 0.75;
    context.beginPath();
    for (let x = 0; x <= width; x += 6) {
      const swell = Math.sin((x / width) * Math.PI);
      const y = height / 2 + swell * (height * 0.32) * Math.sin(x / (70 + wave * 35) + ms / (520 + wave * 210));
      context.lineTo(x, y);
    }
    context.stroke();
  }
}

/** Draws until `done`, or the signal; calls `frame` with the time of each frame, ms. */
function drawWhile(canvas: HTMLCanvasElement, signal: AbortSignal, frame: (ms: number) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const next = (ms: number): void => {
      draw(canvas, ms);
      if (signal.aborted || !frame(ms)) resolve();
      else requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
}

/** Times frames for some seconds; each frame's instructions are what `taken` has since the one before. */
async function time(options: FramesOptions, seconds: number, taken: () => number): Promise<{ ms: number[]; instructions: number[] }> {
  const ms: number[] = [];
  const instructions: number[] = [];
  let first: number | undefined;
  let last = 0;
  await drawWhile(options.canvas, options.signal, (now) => {
    if (first === undefined) {
      first = now;
      taken();
    } else {
      ms.push(now - last);
      instructions.push(taken());
    }
    last = now;
    return now - first < seconds * 1000;
  });
  return { ms, instructions };
}

/**
 * Measures; undefined when it was stopped.
 * @throws GpuvisorError whatever the machine fails with
 */
export async function measureFrames(options: FramesOptions): Promise<FramesReport | undefined> {
  const { seconds, signal, dispatchMs = DISPATCH_MS, onProgress } = options;
  const tell = (done: number, doing: string): void => onProgress?.({ done, total: seconds, doing });
  tell(0, 'drawing without a machine');
  const idle = await time(options, IDLE_SECONDS, () => 0);
  if (signal.aborted) return undefined;
  tell(0, 'starting the machine');
  let retired = 0;
  let place = '';
  let ready = (): void => undefined;
  const running = new Promise<void>((resolve) => (ready = resolve));
  const job = begin<LoadRequest, LoadProgress, undefined>(
    () => new Worker(new URL('./frames-worker.ts', import.meta.url), { type: 'module' }),
    async () => (await import('./frames-conduct.js')).conduct,
    { dispatchMs },
    (progress) => {
      retired += progress.retired;
      ready();
    },
    (where) => (place = where),
  );
  const stop = (): void => job.stop();
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([running, job.ended]);
    if (signal.aborted) return undefined;
    const take = (): number => {
      const taken = retired;
      retired = 0;
      return taken;
    };
    await time(options, SETTLE_SECONDS, take);
    const from = performance.now();
    const { ms, instructions } = await time(options, seconds, () => {
      tell(Math.min(seconds, Math.round((performance.now() - from) / 1000)), 'drawing while the machine runs');
      return take();
    });
    if (signal.aborted) return undefined;
    job.stop();
    const { trouble } = await job.ended;
    if (trouble) throw new GpuvisorError('INTERNAL', `${trouble.code}: ${trouble.message}`, trouble.hint);
    const total = instructions.reduce((sum, v) => sum + v, 0);
    const wall = ms.reduce((sum, v) => sum + v, 0);
    return {
      seconds: wall / 1000,
      frames: ms.length,
      fps: (ms.length / wall) * 1000,
      medianFrameMs: quantile(ms, 0.5),
      p95FrameMs: quantile(ms, 0.95),
      idleFrameMs: quantile(idle.ms, 0.5),
      mips: total / wall / 1000,
      instructionsPerFrame: total / ms.length,
      dispatchMs,
      place,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    job.stop();
    await job.ended;
  }
}
