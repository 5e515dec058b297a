// What `gpuvisor run` was asked for.

import type { MapName } from '../machine/map.js';
import type { Backend } from './backend.js';

/** Options of `gpuvisor run`, checked. */
export interface RunArguments {
  readonly files: readonly string[];
  readonly backend: Backend;
  readonly map: MapName;
  /** MiB. */
  readonly memory?: number;
  readonly maxInstructions: number;
  readonly signature?: string;
  readonly signatureGranularity: number;
  readonly signatureDir?: string;
  readonly logCommits?: string;
}
