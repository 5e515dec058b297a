// Writes the WGSL constants and the hart's private state from the tables of src/isa and src/machine.
// `npx tsx scripts/generate-shaders.ts` stores the result; a spec fails when it is stale.

import { CAUSE, CSRS, EXIT, IRQ, MENVCFGH, MSTATUS, PRIV, PTE, STATE_FIELDS, STATE_WORDS, TIME_SHIFT } from '../isa/index.js';
import { MEDELEG_MASK, MIDELEG_MASK, MIE_MASK, MIP_MASK, MSTATUS_MASK, SSTATUS_MASK } from '../isa/csrs.js';
import { NO_ADDRESS, NO_RESERVATION, UART_RX_CAPACITY, UART_TX_CAPACITY } from '../isa/state.js';
import { CLINT, PLIC, TEST, UART } from '../machine/devices.js';
import { UART_IRQ, type MemoryMap } from '../machine/map.js';

const hex = (n: number): string => `0x${(n >>> 0).toString(16)}u`;
const constant = (name: string, value: number): string => `const ${name}: u32 = ${hex(value)};`;
const group = (prefix: string, values: Readonly<Record<string, number>>): string[] =>
  Object.entries(values).map(([k, v]) => constant(`${prefix}${k}`, v));

/** The text of shaders/generated.wgsl. */
export function generatedWgsl(): string {
  const scalars = STATE_FIELDS.filter((f) => f.length === 1);
  const pairs = STATE_FIELDS.filter((f) => f.length === 2);
  const arrays = STATE_FIELDS.filter((f) => f.length > 2);
  const csrs = CSRS.filter((c) => c.kind !== 'zero');
  return [
    '// Generated from src/isa and src/machine by scripts/generate-shaders.ts. Do not edit.',
    constant('STATE_WORDS', STATE_WORDS),
    ...arrays.map((f) => constant(`W_${f.name}`, f.offset)),
    ...group('CAUSE_', CAUSE),
    ...group('PRIV_', PRIV),
    ...group('IRQ_', IRQ),
    ...group('MSTATUS_', MSTATUS),
    ...group('MENVCFGH_', MENVCFGH),
    ...group('PTE_', PTE),
    ...group('EXIT_', EXIT),
    ...group('CLINT_', CLINT),
    ...group('PLIC_', PLIC),
    ...group('UART_', UART),
    ...group('TEST_', TEST),
    ...group('', { MEDELEG_MASK, MIDELEG_MASK, MIE_MASK, MIP_MASK, MSTATUS_MASK, SSTATUS_MASK, TIME_SHIFT, UART_IRQ }),
    ...group('', { NO_ADDRESS, NO_RESERVATION, UART_RX_CAPACITY, UART_TX_CAPACITY }),
    ...csrs.map((c) => constant(`CSR_${c.name}`, c.number)),
    ...csrs.filter((c) => c.kind === 'plain' || c.kind === 'special').map((c) => constant(`MASK_${c.name}`, c.mask)),
    ...csrs.filter((c) => c.kind === 'constant').map((c) => constant(`VALUE_${c.name}`, c.value)),
    ...scalars.map((f) => `var<private> s_${f.name}: u32;`),
    ...pairs.flatMap((f) => [`var<private> s_${f.name}_lo: u32;`, `var<private> s_${f.name}_hi: u32;`]),
    'fn load_state(base: u32) {',
    ...scalars.map((f) => `  s_${f.name} = cpu_states[base + ${f.offset}u];`),
    ...pairs.flatMap((f) => [
      `  s_${f.name}_lo = cpu_states[base + ${f.offset}u];`,
      `  s_${f.name}_hi = cpu_states[base + ${f.offset + 1}u];`,
    ]),
    '}',
    'fn store_state(base: u32) {',
    ...scalars.map((f) => `  cpu_states[base + ${f.offset}u] = s_${f.name};`),
    ...pairs.flatMap((f) => [
      `  cpu_states[base + ${f.offset}u] = s_${f.name}_lo;`,
      `  cpu_states[base + ${f.offset + 1}u] = s_${f.name}_hi;`,
    ]),
    '}',
    '/// True when CSR `n` exists and always reads zero.',
    'fn is_zero_csr(n: u32) -> bool {',
    `  return ${zeroRanges()
      .map(([a, b]) => (a === b ? `n == ${hex(a)}` : `(n >= ${hex(a)} && n <= ${hex(b)})`))
      .join(' || ')};`,
    '}',
    '',
  ].join('\n');
}

/** The CSR numbers that read zero, as inclusive ranges. */
function zeroRanges(): [number, number][] {
  const numbers = CSRS.filter((c) => c.kind === 'zero')
    .map((c) => c.number)
    .sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const n of numbers) {
    const last = ranges[ranges.length - 1];
    if (last && last[1] === n - 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return ranges;
}

/** Sizes that are baked into a pipeline. */
export interface ShaderConfig {
  readonly map: MemoryMap;
  /** Bytes of RAM range of one machine. */
  readonly ramSize: number;
  /** 16-bit instructions are there. */
  readonly compressed?: boolean;
  /** Machines side by side, one a lane. */
  readonly machines: number;
  /** Decoded code pages kept for each machine; a power of two. */
  readonly slots: number;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
}

/** log2 of the alignment of instructions, bytes. */
export function pcShift(config: Pick<ShaderConfig, 'compressed'>): number {
  return config.compressed ? 1 : 2;
}

/** The constants of one pipeline: its map and sizes. */
export function configWgsl(config: ShaderConfig): string {
  const { map } = config;
  const range = (name: string, r: { base: number; size: number }): string[] => [
    constant(`${name}_BASE`, r.base),
    constant(`${name}_SIZE`, r.size),
  ];
  return [
    constant('RAM_BASE', map.ramBase),
    constant('RAM_BYTES', config.ramSize),
    constant('RAM_WORDS', config.ramSize >>> 2),
    constant('MACHINES', config.machines),
    constant('SLOTS', config.slots),
    constant('WORKGROUP', config.workgroupSize),
    `const COMPRESSED: bool = ${String(config.compressed ?? false)};`,
    '/// A pc is kept in units of 1 << PC_SHIFT bytes.',
    constant('PC_SHIFT', pcShift(config)),
    ...range('HOLE', map.hole),
    ...range('CLINT', map.clint),
    ...range('PLIC', map.plic),
    ...range('UART', map.uart),
    ...range('TEST', map.test),
    ...range('VIRTIO', map.virtio),
    '',
  ].join('\n');
}
