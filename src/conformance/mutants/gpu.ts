// Planted bugs of the WGSL hart. Parts are those of src/gpu/shaders.generated.ts.

import type { Mutant } from './edit.js';

const HART = 'visual_cpu_riscv';

export const GPU_MUTANTS: readonly Mutant[] = [
  { name: 'SLT compares unsigned', part: 'decode', find: 'k = ALU_SLT | SIGNED;', replace: 'k = ALU_SLT;' },
  { name: 'SRA shifts in zeros', part: 'decode', find: 'select(0u, SIGNED, alternate)', replace: '0u' },
  { name: 'signed branches compare unsigned', part: 'decode', find: 'select(0u, SIGNED, f3 < 6u)', replace: '0u' },
  { name: 'LR with rs2 is legal', part: 'decode', find: '(f5 == 2u) & (rs2 == 0u)', replace: 'f5 == 2u' },
  { name: 'MULHU loses a carry', part: 'arithmetic', find: ' + (low >> 16u)', replace: '' },
  { name: 'division by zero gives the dividend', part: 'arithmetic', find: '0xffffffffu, b == 0u', replace: 'a, b == 0u' },
  { name: 'AMOMIN compares unsigned', part: 'arithmetic', find: 'v = select(b, old, less);', replace: 'v = select(b, old, below);' },
  { name: 'superpage keeps its own PPN0', part: 'mmu', find: '| ((va >> 12u) & 0x3ffu), leaf1', replace: ', leaf1' },
  { name: 'misaligned superpages are fine', part: 'mmu', find: '| superpage_bad ', replace: '' },
  { name: 'SUM is always on', part: 'mmu', find: 'let sum = ((s_mstatus & MSTATUS_SUM) != 0u) & ', replace: 'let sum = ' },
  { name: 'MXR is ignored', part: 'mmu', find: '(mxr & ((pte & PTE_X) != 0u))', replace: 'false' },
  { name: 'D is not needed for stores', part: 'mmu', find: 'select(PTE_A, PTE_A | PTE_D, store)', replace: 'PTE_A' },
  { name: 'mepc keeps its low bits', part: 'csr', find: 's_mepc = v & EPC_MASK;', replace: 's_mepc = v;' },
  { name: 'scounteren does not count', part: 'csr', find: '| ((s_scounteren & bit) != 0u)', replace: '| true' },
  { name: 'MPP takes 2', part: 'csr', find: 'select(MASK_mstatus, MASK_mstatus & ~MSTATUS_MPP, keep_mpp)', replace: 'MASK_mstatus' },
  {
    name: 'mtime loses its carry',
    part: 'devices',
    find: 'return add64(ticks(), vec2<u32>(s_mtime_offset_lo, s_mtime_offset_hi));',
    replace: 'return ticks() + vec2<u32>(s_mtime_offset_lo, s_mtime_offset_hi);',
  },
  { name: 'PLIC ties go to the highest number', part: 'devices', find: 'priority > best_priority', replace: 'priority >= best_priority' },
  { name: 'reading IIR leaves THRI latched', part: 'devices', find: 'if (iir == UART_IIR_THRI) { s_uart_thri = 0u; }', replace: '' },
  { name: 'SRET always returns to U-mode', part: 'trap', find: 'let to = (s_mstatus >> 8u) & 1u;', replace: 'let to = PRIV_U;' },
  { name: 'AMO faults are load faults', part: HART, find: 'let writes = is_store | (is_amo & !is_lr);', replace: 'let writes = is_store;' },
  { name: 'cached translations outlive SFENCE.VMA', part: HART, find: 'if (flush) { tlb_generation += 1u; }', replace: '' },
  { name: 'delegation is ignored', part: 'trap', find: 'select(s_medeleg, s_mideleg, is_irq) & bit', replace: '0u' },
  { name: 'SC does not look at the reservation', part: HART, find: 'is_sc & (s_reservation == pa0)', replace: 'is_sc' },
  { name: 'vectored mode is ignored', part: 'trap', find: '(s_mtvec & 1u) != 0u', replace: 'false' },
  { name: 'MPRV is ignored', part: HART, find: '(s_priv == PRIV_M) & ((s_mstatus & MSTATUS_MPRV) != 0u)', replace: 'false' },
  { name: 'WFI always waits', part: HART, find: 'waits & (pending == 0u)', replace: 'waits' },
];
