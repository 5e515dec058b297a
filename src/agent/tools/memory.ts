// Tools for physical memory and page tables: read_memory, set_page_table, map_page.

import { GpuvisorError } from '../../isa/errors.js';
import { FRAMEBUFFER, isRam } from '../../machine/map.js';
import { hex, physicalAddress, virtualAddress } from '../address.js';
import { toBase64, toHex } from '../bytes.js';
import { type PageSize, privilegeName } from '../page-tables.js';
import type { Handler, OnMachine } from './tool.js';

interface ReadMemory extends OnMachine {
  readonly address: string;
  readonly length: number;
  readonly format?: 'hex' | 'base64' | 'words';
}

interface SetPageTable extends OnMachine {
  readonly root_pa: string;
  readonly force?: boolean;
}

interface MapPage extends OnMachine {
  readonly va: string;
  readonly pa: string;
  readonly flags: number;
  readonly page_size?: PageSize;
  readonly force?: boolean;
}

export const readMemory: Handler<ReadMemory> = {
  order: 'beside',
  async act({ kernel_id, address: text, length, format = 'hex' }, { on, signal }) {
    const vm = on(kernel_id);
    const address = physicalAddress('address', text);
    const { map, ramSize } = vm.machine.config;
    if (!isRam(map, ramSize, address, length)) {
      const hole = map.hole.size > 0 ? ` without the devices at ${hex(map.hole.base)} to ${hex(map.hole.base + map.hole.size - 1)}` : '';
      throw new GpuvisorError(
        'ADDRESS_OUT_OF_RANGE',
        `${length} bytes at ${hex(address)} are not all RAM, which is ${hex(map.ramBase)} to ${hex(map.ramBase + ramSize - 1)}${hole}`,
        map.framebuffer ? `the framebuffer is at ${hex(map.framebuffer.base)}, ${FRAMEBUFFER.bytes} bytes` : 'ask for a range inside RAM',
      );
    }
    const bytes = await vm.read(signal, (machine) => machine.readMemory(address, length));
    return { address: hex(address), length, format, data: written(bytes, format), kernel_id: vm.id };
  },
};

function written(bytes: Uint8Array, format: 'hex' | 'base64' | 'words'): string {
  if (format === 'hex') return toHex(bytes);
  if (format === 'base64') return toBase64(bytes);
  if (bytes.length % 4 !== 0)
    throw new GpuvisorError('BAD_ARGUMENT', `length is ${bytes.length}; words have four bytes each`, 'pass a multiple of 4');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => hex(view.getUint32(4 * i, true))).join(' ');
}

export const setPageTable: Handler<SetPageTable> = {
  order: 'turn',
  async act({ kernel_id, root_pa, force = false }, { on, signal }) {
    const vm = on(kernel_id);
    const root = physicalAddress('root_pa', root_pa);
    const { satp, privilege } = await vm.read(signal, (machine) => vm.pages.setRoot(machine, root, force));
    const level = privilegeName(privilege);
    return {
      satp: hex(satp),
      mode: 'Sv32',
      root_ppn: hex(root / 0x1000, 0),
      root_pa: hex(root),
      kernel_id: vm.id,
      privilege: level,
      note: level === 'M' ? 'the hart is in M-mode, which uses physical addresses; the table counts in S- and U-mode' : undefined,
    };
  },
};

export const mapPage: Handler<MapPage> = {
  order: 'turn',
  async act({ kernel_id, va: vaText, pa: paText, flags, page_size: size, force }, { on, signal }) {
    const vm = on(kernel_id);
    const va = virtualAddress('va', vaText);
    const pa = physicalAddress('pa', paText);
    const { pte, pteAddress, level, table, root } = await vm.read(signal, (machine) =>
      vm.pages.map(machine, { va, pa, flags, size, force }),
    );
    return {
      va: hex(va),
      pa: hex(pa),
      pte: hex(pte),
      pte_addr: hex(pteAddress),
      description: `Mapped VA ${hex(va)} -> PA ${hex(pa)}`,
      page_size: level === 1 ? '4M' : '4K',
      level,
      table: hex(table),
      root: hex(root),
      kernel_id: vm.id,
    };
  },
};
