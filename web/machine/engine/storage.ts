// Where the engine keeps things: the browser's database, or nowhere when it gives none.

import type { SnapshotStore } from '../../../src/agent/host.js';
import { GpuvisorError } from '../../../src/isa/errors.js';
import { CartridgeShelf } from '../store/cartridges.js';
import { openDatabase } from '../store/database.js';
import { DiskShelf } from '../store/disks.js';
import { SnapshotShelf } from '../store/snapshots.js';

export interface Storage {
  readonly snapshots: SnapshotStore;
  readonly shelf: SnapshotShelf | undefined;
  readonly cartridges: CartridgeShelf | undefined;
  readonly disks: DiskShelf | undefined;
  /** Why there is none. */
  readonly why: string;
}

export async function openStorage(): Promise<Storage> {
  try {
    const database = await openDatabase();
    const shelf = new SnapshotShelf(database);
    return { snapshots: storeOf(shelf), shelf, cartridges: new CartridgeShelf(database), disks: new DiskShelf(database), why: '' };
  } catch (error) {
    const none = error as GpuvisorError;
    const fail = (): Promise<never> => Promise.reject(none);
    const nothing: SnapshotStore = { put: fail, get: async () => undefined, list: async () => [], delete: async () => false };
    return { snapshots: nothing, shelf: undefined, cartridges: undefined, disks: undefined, why: none.message };
  }
}

/** The shelf as agents and people use it: by names, the page's own left out. */
function storeOf(shelf: SnapshotShelf): SnapshotStore {
  const check = (name: string): void => {
    if (name.startsWith('.'))
      throw new GpuvisorError('BAD_ARGUMENT', `${name} is the page's own`, 'choose a name that begins with a letter or a digit');
  };
  return {
    put: async (name, bytes, meta) => {
      check(name);
      await shelf.put(name, bytes, meta);
    },
    get: async (name) => {
      check(name);
      return shelf.get(name);
    },
    list: () => shelf.list(),
    delete: async (name) => {
      check(name);
      return shelf.delete(name);
    },
  };
}
