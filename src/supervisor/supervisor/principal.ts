// A principal: an agent or a person, as a process without code. What it does to machines are acts that the gateway checks and logs.

import { GpuvisorError } from '../../isa/errors.js';
import { errorName, KIND, OBJECT, SLOT } from '../abi/index.js';
import type { Dispatcher } from './dispatcher.js';

/** An act that has begun. */
export interface Act {
  /** Its number: `cancel` effects name it. */
  readonly use: number;
}

export class Principal {
  readonly #dispatcher: Dispatcher;

  constructor(
    dispatcher: Dispatcher,
    readonly pid: number,
    readonly name: string,
  ) {
    this.#dispatcher = dispatcher;
  }

  /** Whether its process is still there. */
  get alive(): boolean {
    return this.#dispatcher.gateway.view.process(this.pid) !== undefined;
  }

  /**
   * Begins an act on a machine (0: machines to come) that needs these rights (abi RIGHT); `what` says for the log what is done, at most 64 bytes. The answer is
   * looked up anew each time, so a revoke takes effect on the next call. Refused acts stand in the log too.
   * @throws GpuvisorError PERMISSION_DENIED without the rights; BUSY with too many acts going; BAD_ARGUMENT for a `what` that is none
   */
  begin(vm: number, rights: number, what: string): Act {
    const slot = this.#slotFor(vm, rights);
    const { result = 0 } = this.#ask(() => this.#dispatcher.asProcess(this.pid, { kind: 'vm-begin', slot, rights, what }));
    if (result > 0) return { use: result };
    const error = errorName(result);
    if (error === 'NOMEM' || error === 'AGAIN')
      throw new GpuvisorError('BUSY', `${this.name} has too much going on for ${what}`, 'wait until something of it has ended');
    if (error === 'INVAL')
      throw new GpuvisorError('BAD_ARGUMENT', `${what} with rights ${rights} is no act`, 'rights from 1 to 7, a text of at most 64 bytes');
    throw this.#denied(`${this.name} (process ${this.pid}) may not ${what} on ${vm === 0 ? 'machines to come' : `machine ${vm}`}`);
  }

  /** Ends an act. False when it was cancelled meanwhile, because the right to it went. */
  end({ use }: Act): boolean {
    return this.alive && this.#dispatcher.asProcess(this.pid, { kind: 'vm-end', use }).result === 0;
  }

  /** The slot of the capability that covers it; else one on the same machine, or none: then the gateway denies it, and the log shows it. */
  #slotFor(vm: number, rights: number): number {
    const held = this.#dispatcher.gateway.view
      .capabilities()
      .filter(({ holder, type, object }) => holder?.pid === this.pid && type === OBJECT.VM && object === vm);
    return (held.find((cap) => (cap.rights & rights) === rights) ?? held[0])?.holder!.slot ?? SLOT.NONE;
  }

  #ask<T>(work: () => T): T {
    if (!this.alive) throw this.#denied(`${this.name} (process ${this.pid}) was ended`);
    return work();
  }

  #denied(what: string): GpuvisorError {
    return new GpuvisorError('PERMISSION_DENIED', what, 'have somebody who holds the right with G grant it');
  }
}

/** The principals of one supervisor, by name. */
export class Principals {
  readonly #dispatcher: Dispatcher;
  readonly #byName = new Map<string, Principal>();

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** The principal of that name; a new one when there is none. @throws GpuvisorError TOO_LARGE when there is no room for another process, BAD_ARGUMENT for no name */
  get(name: string): Principal {
    const known = this.#byName.get(name);
    if (known) return known;
    const { result = 0 } = this.#dispatcher.asSupervisor({ kind: 'create', name, parent: 0, process: KIND.PRINCIPAL, console: false });
    if (errorName(result) === 'NOMEM')
      throw new GpuvisorError('TOO_LARGE', `there is no room for principal ${name}`, 'end a process first');
    if (result < 0)
      throw new GpuvisorError('BAD_ARGUMENT', `${JSON.stringify(name.slice(0, 80))} is no name of a principal`, '1 to 64 bytes');
    this.#dispatcher.asSupervisor({ kind: 'start', pid: result });
    const principal = new Principal(this.#dispatcher, result, name);
    this.#byName.set(name, principal);
    return principal;
  }

  list(): readonly Principal[] {
    return [...this.#byName.values()];
  }

  /** A process has ended. */
  ended(pid: number): void {
    for (const [name, principal] of this.#byName) if (principal.pid === pid) this.#byName.delete(name);
  }
}
