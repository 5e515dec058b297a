// A receipt: the proof that an answer stands in the log. A mailbox is completed with nothing else, so an unlogged completion cannot be written.

import { GpuvisorError } from '../../isa/errors.js';

/** Only the minter's closure has it. */
const KEY = Symbol('mint');

export interface ReceiptFields {
  /** Whom the answer is for. */
  readonly pid: number;
  /** The request's number in the SysLog. */
  readonly request: number;
  /** Negative: an error (`ERROR`). */
  readonly result: number;
  /** What goes into the mailbox's data area. */
  readonly data: Uint8Array;
}

/** Made by the gateway alone, spent once. */
export class Receipt implements ReceiptFields {
  readonly #fields: ReceiptFields;
  #spent = false;

  /** @throws GpuvisorError PERMISSION_DENIED for everybody but the gateway */
  constructor(key: symbol, fields: ReceiptFields) {
    if (key !== KEY) throw new GpuvisorError('PERMISSION_DENIED', 'receipts come from the gateway', 'call gateway.execute');
    this.#fields = fields;
  }

  get pid(): number {
    return this.#fields.pid;
  }
  get request(): number {
    return this.#fields.request;
  }
  get result(): number {
    return this.#fields.result;
  }
  get data(): Uint8Array {
    return this.#fields.data;
  }

  /**
   * Spends `receipt` for the mailbox of `pid` and gives what to write.
   * @throws GpuvisorError PERMISSION_DENIED when it is no receipt, another process's, or spent already
   */
  static redeem(receipt: Receipt, pid: number): ReceiptFields {
    if (typeof receipt !== 'object' || receipt === null || !(#spent in receipt)) {
      throw new GpuvisorError('PERMISSION_DENIED', 'a completion without a receipt', 'complete with what gateway.execute gave');
    }
    if (receipt.#fields.pid !== pid) {
      throw new GpuvisorError(
        'PERMISSION_DENIED',
        `a receipt of process ${receipt.#fields.pid} for process ${pid}`,
        'complete its own mailbox',
      );
    }
    if (receipt.#spent)
      throw new GpuvisorError('PERMISSION_DENIED', `receipt ${receipt.#fields.request} is spent already`, 'one receipt, one completion');
    receipt.#spent = true;
    return receipt.#fields;
  }
}

let claimed = false;

/** Makes receipts. */
export type Mint = (fields: ReceiptFields) => Receipt;

/** The one minter, for the gateway's module. @throws GpuvisorError PERMISSION_DENIED for whoever comes second */
export function claimMint(): Mint {
  if (claimed) throw new GpuvisorError('PERMISSION_DENIED', 'the gateway has the mint', 'receipts come from gateway.execute');
  claimed = true;
  return (fields) => new Receipt(KEY, fields);
}
