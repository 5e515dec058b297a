// The device tree of a machine, made from its memory map (Devicetree Specification; the bindings of the Linux kernel).

import { TIMEBASE_HZ } from '../isa/state.js';
import { TEST } from './devices.js';
import { ramRanges } from './digest.js';
import type { ExecutorConfig } from './executor.js';
import { type FdtNode, writeFdt } from './fdt.js';
import { FRAMEBUFFER, type Range, UART_IRQ, VIRTIO_IRQ, VIRTIO_SLOT_SIZE } from './map.js';

export interface DeviceTreeOptions {
  /** Kernel command line. */
  readonly bootargs?: string;
  readonly initrd?: Range;
  /** RAM that firmware keeps, reserved from the kernel. */
  readonly firmware?: Range;
  /** virtio slots that hold a device. */
  readonly virtioSlots?: readonly number[];
  /** 64 bytes that seed the kernel's generator; fixed unless told otherwise, so that a boot is repeatable. */
  readonly rngSeed?: Uint8Array;
}

/** Extensions as the kernel's bindings spell them. */
const EXTENSIONS = ['zicntr', 'zicsr', 'zifencei', 'sstc'] as const;

const PHANDLE = { cpuIntc: 1, plic: 2, test: 3 } as const;
const hex = (n: number): string => n.toString(16);
/** An address and a size, each two cells. */
const reg = ({ base, size }: Range): number[] => [0, base, 0, size];

/** The tree as nodes. */
export function deviceTree(config: ExecutorConfig, options: DeviceTreeOptions = {}): FdtNode {
  const { map } = config;
  const memory: Record<string, FdtNode> = {};
  for (const r of ramRanges(config, Infinity)) {
    memory[`memory@${hex(r.base)}`] = { properties: { device_type: 'memory', reg: reg(r) } };
  }
  return {
    properties: { '#address-cells': [2], '#size-cells': [2], compatible: ['gpuvisor', 'riscv-virtio'], model: `gpuvisor,${map.name}` },
    children: {
      chosen: chosen(config, options),
      aliases: { properties: { serial0: `/soc/serial@${hex(map.uart.base)}` } },
      cpus: cpus(config.compressed ?? false),
      ...memory,
      'reserved-memory': reserved(config, options),
      soc: soc(config, options),
      poweroff: { properties: { compatible: 'syscon-poweroff', regmap: [PHANDLE.test], offset: [0], value: [TEST.PASS] } },
      reboot: { properties: { compatible: 'syscon-reboot', regmap: [PHANDLE.test], offset: [0], value: [TEST.RESET] } },
    },
  };
}

/** The tree as a blob. */
export function deviceTreeBlob(config: ExecutorConfig, options: DeviceTreeOptions = {}): Uint8Array {
  return writeFdt(deviceTree(config, options));
}

function chosen({ map }: ExecutorConfig, options: DeviceTreeOptions): FdtNode {
  const initrd = options.initrd && {
    'linux,initrd-start': [0, options.initrd.base],
    'linux,initrd-end': [0, options.initrd.base + options.initrd.size],
  };
  const screen = map.framebuffer && {
    [`framebuffer@${hex(map.framebuffer.base)}`]: {
      properties: {
        compatible: 'simple-framebuffer',
        reg: reg({ base: map.framebuffer.base, size: FRAMEBUFFER.bytes }),
        width: [FRAMEBUFFER.width],
        height: [FRAMEBUFFER.height],
        stride: [FRAMEBUFFER.stride],
        format: 'x8r8g8b8',
      },
    },
  };
  return {
    properties: {
      '#address-cells': [2],
      '#size-cells': [2],
      ranges: true,
      bootargs: options.bootargs ?? '',
      'stdout-path': 'serial0:115200n8',
      ...initrd,
      'rng-seed': options.rngSeed ?? Uint8Array.from({ length: 64 }, (_, i) => (i * 89 + 37) & 0xff),
    },
    children: { ...screen },
  };
}

function cpus(compressed: boolean): FdtNode {
  const letters = compressed ? 'imac' : 'ima';
  return {
    properties: { '#address-cells': [1], '#size-cells': [0], 'timebase-frequency': [TIMEBASE_HZ] },
    children: {
      'cpu@0': {
        properties: {
          device_type: 'cpu',
          reg: [0],
          status: 'okay',
          compatible: 'riscv',
          'riscv,isa': [`rv32${letters}`, ...EXTENSIONS].join('_'),
          'riscv,isa-base': 'rv32i',
          'riscv,isa-extensions': [...letters, ...EXTENSIONS],
          'mmu-type': 'riscv,sv32',
        },
        children: {
          'interrupt-controller': {
            properties: {
              '#address-cells': [0],
              '#interrupt-cells': [1],
              'interrupt-controller': true,
              compatible: 'riscv,cpu-intc',
              phandle: [PHANDLE.cpuIntc],
            },
          },
        },
      },
    },
  };
}

function reserved({ map }: ExecutorConfig, options: DeviceTreeOptions): FdtNode {
  const children: Record<string, FdtNode> = {};
  const keep = (name: string, range: Range | undefined): void => {
    if (range) children[`${name}@${hex(range.base)}`] = { properties: { reg: reg(range), 'no-map': true } };
  };
  keep('firmware', options.firmware);
  keep('framebuffer', map.framebuffer);
  keep('page-tables', map.pageTablePool);
  return { properties: { '#address-cells': [2], '#size-cells': [2], ranges: true }, children };
}

function soc({ map }: ExecutorConfig, options: DeviceTreeOptions): FdtNode {
  const virtio: Record<string, FdtNode> = {};
  for (const slot of options.virtioSlots ?? []) {
    const base = map.virtio.base + slot * VIRTIO_SLOT_SIZE;
    virtio[`virtio@${hex(base)}`] = {
      properties: {
        compatible: 'virtio,mmio',
        reg: reg({ base, size: VIRTIO_SLOT_SIZE }),
        'interrupt-parent': [PHANDLE.plic],
        interrupts: [VIRTIO_IRQ + slot],
      },
    };
  }
  return {
    properties: { '#address-cells': [2], '#size-cells': [2], compatible: 'simple-bus', ranges: true },
    children: {
      [`clint@${hex(map.clint.base)}`]: {
        properties: {
          compatible: ['sifive,clint0', 'riscv,clint0'],
          reg: reg(map.clint),
          'interrupts-extended': [PHANDLE.cpuIntc, 3, PHANDLE.cpuIntc, 7],
        },
      },
      [`interrupt-controller@${hex(map.plic.base)}`]: {
        properties: {
          compatible: ['sifive,plic-1.0.0', 'riscv,plic0'],
          reg: reg(map.plic),
          '#address-cells': [0],
          '#interrupt-cells': [1],
          'interrupt-controller': true,
          'riscv,ndev': [31],
          'interrupts-extended': [PHANDLE.cpuIntc, 11, PHANDLE.cpuIntc, 9],
          phandle: [PHANDLE.plic],
        },
      },
      [`serial@${hex(map.uart.base)}`]: {
        properties: {
          compatible: 'ns16550a',
          reg: reg(map.uart),
          'clock-frequency': [3686400],
          'current-speed': [115200],
          'interrupt-parent': [PHANDLE.plic],
          interrupts: [UART_IRQ],
        },
      },
      [`test@${hex(map.test.base)}`]: {
        properties: { compatible: ['sifive,test1', 'sifive,test0', 'syscon'], reg: reg(map.test), phandle: [PHANDLE.test] },
      },
      ...virtio,
    },
  };
}
