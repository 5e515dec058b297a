// What a page hears of: everything that happens to processes, in order.

import type { Ended } from '../kernel/index.js';
import type { PermissionAsk } from '../abi/index.js';

export type SupervisorEvent =
  /** Its code is there and runs. */
  | { readonly kind: 'started'; readonly pid: number; readonly name: string }
  /** `how`: END; `reason`: abi FAULT. */
  | ({ readonly kind: 'ended' } & Ended)
  /** A binary was refused, or did not come: the process is gone. */
  | { readonly kind: 'spawn-failed'; readonly pid: number; readonly name: string; readonly message: string }
  /** A DEBUG text of a process. */
  | { readonly kind: 'debug'; readonly pid: number; readonly text: string }
  /** The permission manager asks the page: answer with `answer_permission`. It denies what is not answered in time. */
  | ({ readonly kind: 'permission-asked' } & PermissionAsk)
  /** How a request ended. `value`: the slot, or the error's number. */
  | { readonly kind: 'permission-ended'; readonly request: number; readonly ok: boolean; readonly pid: number; readonly value: number }
  /** A capability was taken from its holder. `reason`: abi REVOKE_REASON. */
  | {
      readonly kind: 'revoked';
      readonly pid: number;
      readonly slot: number;
      readonly type: number;
      readonly object: number;
      readonly reason: number;
    }
  /** Console output that nobody took and there was no more room for: so many characters of `pid` are lost. */
  | { readonly kind: 'output-lost'; readonly pid: number; readonly characters: number }
  /** What happens from now on is lost with the page: the log goes on in memory. */
  | { readonly kind: 'store-lost'; readonly reason: string }
  /** The kernel has failed: every process was stopped. */
  | { readonly kind: 'failed'; readonly error: unknown };
