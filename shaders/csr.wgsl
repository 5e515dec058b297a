// CSRs (privileged manual, ch. 2, 3, 10; WARL choices in src/isa/csrs.ts and docs/machine.md).

/// mepc and sepc hold instruction addresses: multiples of 4, or of 2 with 16-bit instructions.
const EPC_MASK: u32 = select(MASK_mepc, 0xfffffffeu, COMPRESSED);

/// mip as a read sees it.
fn read_mip() -> u32 {
  let now = mtime();
  let stce = (s_menvcfgh & MENVCFGH_STCE) != 0u;
  let s_due = ge64(now, vec2<u32>(s_stimecmp_lo, s_stimecmp_hi));
  let m_due = ge64(now, vec2<u32>(s_mtimecmp_lo, s_mtimecmp_hi));
  var v = s_mip & 0x222u;
  if (stce) { v = (v & ~0x20u) | select(0u, 0x20u, s_due); }
  v |= select(0u, 0x80u, m_due) | select(0u, 0x8u, s_msip != 0u);
  v |= select(0u, 0x200u, (plic_lines_out & 2u) != 0u) | select(0u, 0x800u, (plic_lines_out & 1u) != 0u);
  return v;
}

/// True when the current privilege may access CSR `n` (existence apart).
fn csr_allowed(n: u32, writes: bool) -> bool {
  var ok = (((n >> 8u) & 3u) <= s_priv) & !(writes & ((n >> 10u) == 3u));
  if (n == CSR_satp) { ok = ok & !((s_priv == PRIV_S) & ((s_mstatus & MSTATUS_TVM) != 0u)); }
  if ((n == CSR_stimecmp) | (n == CSR_stimecmph)) {
    ok = ok & ((s_priv == PRIV_M) | (((s_mcounteren & 2u) != 0u) & ((s_menvcfgh & MENVCFGH_STCE) != 0u)));
  }
  if ((n & 0xf60u) == 0xc00u) {
    let bit = 1u << (n & 31u);
    ok = ok & ((s_priv == PRIV_M) | (((s_mcounteren & bit) != 0u) & ((s_priv == PRIV_S) | ((s_scounteren & bit) != 0u))));
  }
  return ok;
}

/// CSR `n`: x its value, y 1 when it exists.
fn csr_read(n: u32) -> vec2<u32> {
  let cycle = add64(retired64(), vec2<u32>(s_mcycle_offset_lo, s_mcycle_offset_hi));
  let instret = add64(retired64(), vec2<u32>(s_minstret_offset_lo, s_minstret_offset_hi));
  let time = mtime();
  var known = 1u;
  var v = 0u;
  switch (n) {
    case CSR_mstatus: { v = s_mstatus; }
    case CSR_sstatus: { v = s_mstatus & SSTATUS_MASK; }
    case CSR_misa: { v = VALUE_misa | select(0u, 4u, COMPRESSED); }
    case CSR_medeleg: { v = s_medeleg; }
    case CSR_mideleg: { v = s_mideleg; }
    case CSR_mie: { v = s_mie; }
    case CSR_sie: { v = s_mie & s_mideleg; }
    case CSR_mip: { v = read_mip(); }
    case CSR_sip: { v = read_mip() & s_mideleg; }
    case CSR_mtvec: { v = s_mtvec; }
    case CSR_mcounteren: { v = s_mcounteren; }
    case CSR_menvcfg: { v = s_menvcfg; }
    case CSR_menvcfgh: { v = s_menvcfgh; }
    case CSR_mscratch: { v = s_mscratch; }
    case CSR_mepc: { v = s_mepc; }
    case CSR_mcause: { v = s_mcause; }
    case CSR_mtval: { v = s_mtval; }
    case CSR_stvec: { v = s_stvec; }
    case CSR_scounteren: { v = s_scounteren; }
    case CSR_senvcfg: { v = s_senvcfg; }
    case CSR_sscratch: { v = s_sscratch; }
    case CSR_sepc: { v = s_sepc; }
    case CSR_scause: { v = s_scause; }
    case CSR_stval: { v = s_stval; }
    case CSR_stimecmp: { v = s_stimecmp_lo; }
    case CSR_stimecmph: { v = s_stimecmp_hi; }
    case CSR_satp: { v = s_satp; }
    case CSR_mcycle, CSR_cycle: { v = cycle.x; }
    case CSR_mcycleh, CSR_cycleh: { v = cycle.y; }
    case CSR_minstret, CSR_instret: { v = instret.x; }
    case CSR_minstreth, CSR_instreth: { v = instret.y; }
    case CSR_time: { v = time.x; }
    case CSR_timeh: { v = time.y; }
    case CSR_mvendorid, CSR_marchid, CSR_mimpid, CSR_mhartid, CSR_mconfigptr: { v = 0u; }
    default: { known = select(0u, 1u, is_zero_csr(n)); }
  }
  return vec2<u32>(v, known);
}

/// The old value that CSRRS and CSRRC work on: for mip the stored bits, not the combined ones.
fn csr_stored(n: u32, read: u32) -> u32 {
  return select(read, s_mip, (n == CSR_mip) | (n == CSR_sip));
}

fn merge(old: u32, v: u32, mask: u32) -> u32 {
  return (old & ~mask) | (v & mask);
}

/// The 64-bit offset that makes a counter read `v` in its low (or high) half at the next instruction.
fn counter_offset(offset: vec2<u32>, v: u32, high: bool) -> vec2<u32> {
  let next = add64(retired64(), vec2<u32>(1u, 0u));
  var value = add64(next, offset);
  if (high) { value.y = v; } else { value.x = v; }
  return sub64(value, next);
}

/// Writes CSR `n`, which exists and may be written.
fn csr_write(n: u32, v: u32) {
  let cycle = counter_offset(vec2<u32>(s_mcycle_offset_lo, s_mcycle_offset_hi), v, n == CSR_mcycleh);
  let instret = counter_offset(vec2<u32>(s_minstret_offset_lo, s_minstret_offset_hi), v, n == CSR_minstreth);
  switch (n) {
    case CSR_mstatus: {
      let keep_mpp = (v & MSTATUS_MPP) == 0x1000u;
      s_mstatus = merge(s_mstatus, v, select(MASK_mstatus, MASK_mstatus & ~MSTATUS_MPP, keep_mpp));
    }
    case CSR_sstatus: { s_mstatus = merge(s_mstatus, v, SSTATUS_MASK); }
    case CSR_medeleg: { s_medeleg = v & MASK_medeleg; }
    case CSR_mideleg: { s_mideleg = v & MASK_mideleg; }
    case CSR_mie: { s_mie = v & MASK_mie; }
    case CSR_sie: { s_mie = merge(s_mie, v, s_mideleg & MIE_MASK); }
    case CSR_mip: { s_mip = merge(s_mip, v, select(MIP_MASK, MIP_MASK & ~0x20u, (s_menvcfgh & MENVCFGH_STCE) != 0u)); }
    case CSR_sip: { s_mip = merge(s_mip, v, s_mideleg & 2u); }
    case CSR_mtvec: { s_mtvec = v & MASK_mtvec; }
    case CSR_mcounteren: { s_mcounteren = v & MASK_mcounteren; }
    case CSR_menvcfg: { s_menvcfg = v & MASK_menvcfg; }
    case CSR_menvcfgh: { s_menvcfgh = v & MASK_menvcfgh; }
    case CSR_mscratch: { s_mscratch = v; }
    case CSR_mepc: { s_mepc = v & EPC_MASK; }
    case CSR_mcause: { s_mcause = v; }
    case CSR_mtval: { s_mtval = v; }
    case CSR_stvec: { s_stvec = v & MASK_stvec; }
    case CSR_scounteren: { s_scounteren = v & MASK_scounteren; }
    case CSR_senvcfg: { s_senvcfg = v & MASK_senvcfg; }
    case CSR_sscratch: { s_sscratch = v; }
    case CSR_sepc: { s_sepc = v & EPC_MASK; }
    case CSR_scause: { s_scause = v; }
    case CSR_stval: { s_stval = v; }
    case CSR_stimecmp: { s_stimecmp_lo = v; }
    case CSR_stimecmph: { s_stimecmp_hi = v; }
    case CSR_satp: { s_satp = v & MASK_satp; }
    case CSR_mcycle, CSR_mcycleh: {
      s_mcycle_offset_lo = cycle.x;
      s_mcycle_offset_hi = cycle.y;
    }
    case CSR_minstret, CSR_minstreth: {
      s_minstret_offset_lo = instret.x;
      s_minstret_offset_hi = instret.y;
    }
    default: {}
  }
}
