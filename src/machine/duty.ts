// A bound on a machine's hart: the share of wall time that it may run. Kept by resting after each slice, so that a long slice costs a long rest.

import { GpuvisorError } from '../isa/errors.js';

/** The smallest share: a slice of 12 ms is then followed by a rest of 1.2 s. */
export const LEAST_SHARE = 0.01;

export class Duty {
  #share: number;

  /** `share` of the wall time, LEAST_SHARE to 1 (no bound). @throws GpuvisorError BAD_ARGUMENT */
  constructor(share = 1) {
    this.#share = checked(share);
  }

  get share(): number {
    return this.#share;
  }
  /** @throws GpuvisorError BAD_ARGUMENT */
  set share(share: number) {
    this.#share = checked(share);
  }

  /** How long to rest after a slice that took `ms`, ms. */
  rest(ms: number): number {
    return Math.max(0, ms) * (1 / this.#share - 1);
  }
}

function checked(share: number): number {
  if (share >= LEAST_SHARE && share <= 1) return share;
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `a share of ${share}; ${LEAST_SHARE} to 1 is allowed`,
    'give 1 for no bound, 0.5 for half the time',
  );
}
