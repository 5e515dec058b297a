// Cartridges that are not built in, in the browser's database: without them, what was booted from them could not be restored after a reload.

import { sha256 } from '../../../src/machine/sha256.js';
import { type Database, writeError } from './database.js';

/** Cartridges that are not built in, by their hash. */
export class CartridgeShelf {
  constructor(private readonly database: Database) {}

  /** @throws GpuvisorError TOO_LARGE */
  async keep(hash: string, bytes: Uint8Array): Promise<void> {
    if ((await this.database.getKey('cartridges', hash)) !== undefined) return;
    try {
      await this.database.put('cartridges', bytes, hash);
    } catch (cause) {
      throw writeError(cause, bytes.length);
    }
  }

  /** The cartridge, checked against its hash. */
  async find(hash: string): Promise<Uint8Array | undefined> {
    const bytes = await this.database.get('cartridges', hash);
    return bytes && (await sha256(bytes)) === hash ? bytes : undefined;
  }

  /** Forgets those that no snapshot needs. */
  async prune(needed: ReadonlySet<string>): Promise<void> {
    for (const hash of await this.database.getAllKeys('cartridges')) if (!needed.has(hash)) await this.database.delete('cartridges', hash);
  }
}
