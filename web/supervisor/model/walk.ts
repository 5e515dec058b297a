// A walk over a whole log on the page's main thread, where consoles, people and the kernel are: at a pace that leaves every frame its time.

import { Pace, type PaceOptions } from '../../../src/machine/pace.js';
import { verifying, type StoredLog, type Verdict, type Walked } from '../../../src/supervisor/axiom/index.js';
import { rowSize } from '../../../src/supervisor/axiom/record.js';

/** Verifies a log; `each` sees every step, before the first record and behind each. Progress in bytes. @throws GpuvisorError ABORTED */
export async function walkLog(log: StoredLog, options: PaceOptions, each?: (walked: Walked) => void): Promise<Verdict> {
  const total = log.rows.reduce((sum, row) => sum + row.bytes.length, 0);
  const pace = new Pace(total, 'reading the log', options);
  const walk = verifying(log);
  for (;;) {
    const step = walk.next();
    if (step.done) {
      pace.finish();
      return step.value;
    }
    each?.(step.value);
    if (step.value.record) await pace.add(rowSize(step.value.record));
  }
}
