// What guests wrote to the disks of built-in cartridges, in the browser's database: booting from cold forgets the memory, not the disk.

import { type Database, writeError } from './database.js';

export class DiskShelf {
  constructor(private readonly database: Database) {}

  /** Keeps an overlay (Overlay.save). @throws GpuvisorError TOO_LARGE */
  async put(name: string, overlay: Uint8Array): Promise<void> {
    try {
      await this.database.put('disks', overlay, name);
    } catch (cause) {
      throw writeError(cause, overlay.length);
    }
  }

  get(name: string): Promise<Uint8Array | undefined> {
    return this.database.get('disks', name);
  }

  delete(name: string): Promise<void> {
    return this.database.delete('disks', name);
  }
}
