// Planted bugs of the TypeScript hart, as edits of its compiled JavaScript (no types, no non-null marks). Parts are files of src/reference.

import type { Mutant } from './edit.js';

export const REFERENCE_MUTANTS: readonly Mutant[] = [
  { name: 'SLT compares unsigned', part: 'execute', find: 'r[rd] = a < b ? 1 : 0;', replace: 'r[rd] = a >>> 0 < b >>> 0 ? 1 : 0;' },
  { name: 'SRA shifts in zeros', part: 'execute', find: 'r[rd] = a >> (b & 31);', replace: 'r[rd] = a >>> (b & 31);' },
  { name: 'JALR keeps bit 0', part: 'execute', find: '(a + (word >> 20)) & ~1', replace: '(a + (word >> 20)) | 0' },
  { name: 'SFENCE.VMA drops nothing', part: 'execute', find: 'h.flush();', replace: '' },
  {
    name: 'WFI is legal in U-mode',
    part: 'execute',
    find: 'if (priv === PRIV.U || (priv === PRIV.S && (mstatus & MSTATUS.TW) !== 0))',
    replace: 'if (priv === PRIV.S && (mstatus & MSTATUS.TW) !== 0)',
  },
  { name: 'MULHU loses a carry', part: 'multiply', find: ' + (cross >>> 16)', replace: '' },
  {
    name: 'division by zero gives zero',
    part: 'multiply',
    find: 'return b === 0 ? -1 : (a / b) | 0;',
    replace: 'return b === 0 ? 0 : (a / b) | 0;',
  },
  { name: 'SC does not look at the reservation', part: 'amo', find: 's[W.reservation] === at + h.map.ramBase', replace: 'true' },
  {
    name: 'misaligned AMOs fault as loads',
    part: 'amo',
    find: 'CAUSE.LOAD_MISALIGNED : CAUSE.STORE_MISALIGNED',
    replace: 'CAUSE.LOAD_MISALIGNED : CAUSE.LOAD_MISALIGNED',
  },
  { name: 'AMOMAXU compares signed', part: 'amo', find: 'memory >>> 0 > register >>> 0', replace: 'memory > register' },
  { name: 'superpage keeps its own PPN0', part: 'mmu', find: '((pte >>> 20) << 10) | ((va >>> 12) & 0x3ff)', replace: 'pte >>> 10' },
  { name: 'SUM allows fetches', part: 'mmu', find: 'access === ACCESS.FETCH || (s[W.mstatus]', replace: '(s[W.mstatus]' },
  { name: 'MXR is ignored', part: 'mmu', find: '((pte & PTE.X) !== 0 && (s[W.mstatus] & MSTATUS.MXR) !== 0)', replace: 'false' },
  { name: 'D is set by loads', part: 'mmu', find: 'access === ACCESS.STORE ? PTE.A | PTE.D : PTE.A', replace: 'PTE.A | PTE.D' },
  {
    name: 'a misaligned access never looks at its second page',
    part: 'memory',
    find: 'first < size ? misalignedPart(h, va + first, access) : low + first',
    replace: 'low + first',
  },
  { name: 'stores leave the reservation', part: 'memory', find: 'h.s[RESERVATION] = NO_RESERVATION;', replace: ';' },
  {
    name: 'delegated traps go to M-mode',
    part: 'trap',
    find: 'if (delegated && priv <= PRIV.S)',
    replace: 'if (delegated && priv < PRIV.S)',
  },
  {
    name: 'vectored mode spreads exceptions too',
    part: 'trap',
    find: 'return interrupt && (tvec & MODE_VECTORED) !== 0',
    replace: 'return (tvec & MODE_VECTORED) !== 0',
  },
  { name: 'SRET keeps MPRV', part: 'trap', find: '~(MSTATUS.SPP | MSTATUS.SIE | MSTATUS.MPRV)', replace: '~(MSTATUS.SPP | MSTATUS.SIE)' },
  {
    name: 'SRET always returns to U-mode',
    part: 'trap',
    find: 'const priv = (mstatus & MSTATUS.SPP) >>> SPP_SHIFT;',
    replace: 'const priv = PRIV.U;',
  },
  { name: 'MPP takes 2', part: 'csr', find: '=== 2 ? mask & ~MSTATUS.MPP : mask', replace: '=== 2 ? mask : mask' },
  {
    name: 'counters are open to U-mode',
    part: 'csr',
    find: 'return priv === PRIV.S || ((s[W.scounteren] >>> bit) & 1) === 1;',
    replace: 'return true;',
  },
  { name: 'mtime loses its carry', part: 'counters', find: '(ticksLow(s) + s[W.mtime_offset] > 0xffffffff ? 1 : 0)', replace: '0' },
  { name: 'PLIC ties go to the highest number', part: 'plic', find: 'if (priority > highest)', replace: 'if (priority >= highest)' },
  { name: 'reading IIR leaves THRI latched', part: 'uart', find: 's[W.uart_thri] = 0;', replace: '' },
  { name: 'MPRV is ignored', part: 'hart', find: 'priv === PRIV.M && (mstatus & MSTATUS.MPRV) !== 0 ?', replace: 'priv > PRIV.M ?' },
];
