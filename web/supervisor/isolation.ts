// Whether processes can run here: they need memory that page and worker share, which a page has only when it is isolated.

export interface Lack {
  readonly what: string;
  readonly next: string;
}

/** What is missing, with the next step; undefined when nothing is. */
export function whyNoProcesses(scope: {
  readonly isSecureContext: boolean;
  readonly crossOriginIsolated: boolean;
  readonly SharedArrayBuffer?: unknown;
}): Lack | undefined {
  if (!scope.isSecureContext) {
    return {
      what: 'Processes need shared memory, which works on secure pages only, and this one is not.',
      next: 'Open it over https, or on this machine as http://localhost.',
    };
  }
  if (scope.crossOriginIsolated && scope.SharedArrayBuffer !== undefined) return undefined;
  return {
    what: 'Processes need memory that they share with the page, and this page is not isolated: no process runs here.',
    next: 'Its host has to send Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp; `npx gpuvisor serve` does. Logs can be opened and replayed all the same.',
  };
}
