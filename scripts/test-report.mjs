// What `npm test` wants to know of a run of vitest: the counts, and what failed, by name; hooks and errors outside tests too.
import { writeFileSync } from 'node:fs';

/** What an error says, and where in the project it stands. */
const brief = ({ message, stack = '' }) => {
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('/node_modules/'));
  return [message, ...places].join('\n');
};

/** A reporter of vitest. Writes `{ passed, failed, skipped, wrong }` as JSON to the file that GPUVISOR_TEST_REPORT names; `wrong` holds `{ where, errors }`. */
export default class Report {
  onTestRunEnd(modules, unhandled) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const wrong = [];
    const note = (where, errors) => errors.length > 0 && wrong.push({ where, errors: errors.map(brief) });
    for (const module of modules) {
      note(module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites()) note(`${module.relativeModuleId} > ${suite.fullName}`, suite.errors());
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state in counts) counts[state]++;
        if (state === 'failed') note(`${module.relativeModuleId} > ${test.fullName}`, errors ?? []);
      }
    }
    note('outside tests', unhandled);
    writeFileSync(process.env.GPUVISOR_TEST_REPORT, JSON.stringify({ ...counts, wrong }));
  }
}
