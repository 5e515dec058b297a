// An origin: who asks, as an object that cannot be made up. The one that belongs to a process is handed to what runs that process, and to nothing else.

import { GpuvisorError } from '../../isa/errors.js';

const KEY = Symbol('gateway');

export class Origin {
  readonly #pid: number;
  readonly #realm: object;

  /** @throws GpuvisorError PERMISSION_DENIED for everybody but a gateway */
  private constructor(key: symbol, realm: object, pid: number) {
    if (key !== KEY) throw new GpuvisorError('PERMISSION_DENIED', 'origins come from the gateway', 'call gateway.originOf');
    this.#pid = pid;
    this.#realm = realm;
  }

  /** Whose it is; 0 the supervisor. */
  get pid(): number {
    return this.#pid;
  }

  /** The pid behind an origin of `realm`. @throws GpuvisorError PERMISSION_DENIED for anything else */
  static pidOf(origin: Origin, realm: object): number {
    if (typeof origin !== 'object' || origin === null || !(#pid in origin) || origin.#realm !== realm) {
      throw new GpuvisorError('PERMISSION_DENIED', 'this is no origin of this gateway', 'use the one the gateway gave for the process');
    }
    return origin.#pid;
  }

  /** Makes origins of a realm. A gateway's realm is an object that only the gateway has. */
  static of(realm: object, pid: number): Origin {
    return new Origin(KEY, realm, pid);
  }
}
