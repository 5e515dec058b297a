// Starting long work: in a worker, or on the page where WebGPU does not work in workers.

import { troubleOf, type Answer, type Order, type Trouble, type Work } from './work.js';

/** How work ended. `report` is what there is of it; a worker that had to be ended leaves none. */
export interface Ending<Report> {
  readonly report: Report | undefined;
  readonly trouble: Trouble | undefined;
}

/** Work that is going on. */
export interface Job<Report> {
  readonly ended: Promise<Ending<Report>>;
  /** Asks the work to stop; a worker that does not within `PATIENCE` is ended. */
  stop(): void;
}

/** How long a worker may go on after a stop, ms. */
const PATIENCE = 20_000;

/** Starts work. `page` loads the same work for running here. */
export function begin<Request, Progress, Report>(
  makeWorker: () => Worker,
  page: () => Promise<Work<Request, Progress, Report>>,
  request: Request,
  tell: (progress: Progress) => void,
  where: (place: 'a worker' | 'the page') => void,
): Job<Report> {
  const stop = new AbortController();
  const ended = new Promise<Ending<Report>>((resolve) => {
    const worker = makeWorker();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (ending: Ending<Report>): void => {
      clearTimeout(timer);
      worker.terminate();
      resolve(ending);
    };
    let inWorker = true;
    const here = async (): Promise<void> => {
      inWorker = false;
      worker.terminate();
      where('the page');
      try {
        end({ report: await (await page())(request, tell, stop.signal), trouble: undefined });
      } catch (error) {
        end({ report: undefined, trouble: troubleOf(error) });
      }
    };
    worker.addEventListener('error', (event) => {
      end({
        report: undefined,
        trouble: {
          code: 'INTERNAL',
          message: `the worker failed: ${event.message || 'its script did not load'}`,
          hint: 'Reload the page.',
        },
      });
    });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer<Progress, Report>>) => {
      if (data.kind === 'progress') tell(data.progress);
      else if (data.kind === 'started') where('a worker');
      else if (data.kind === 'done') end({ report: data.report, trouble: undefined });
      else if (data.kind === 'trouble') end({ report: undefined, trouble: data.trouble });
      else void here();
    });
    stop.signal.addEventListener('abort', () => {
      if (!inWorker) return;
      worker.postMessage({ kind: 'stop' } satisfies Order<Request>);
      timer = setTimeout(() => end({ report: undefined, trouble: undefined }), PATIENCE);
    });
    worker.postMessage({ kind: 'start', request } satisfies Order<Request>);
  });
  return { ended, stop: () => stop.abort() };
}
