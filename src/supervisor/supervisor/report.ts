// Foreign code that fails: a callback, a listener. It is named on the console, and stops nobody else.

/** Runs `work`; an error of it goes to the console. Whether it went well. */
export function guarded(what: string, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (e) {
    console.error(`gpuvisor: ${what} failed:`, e);
    return false;
  }
}
