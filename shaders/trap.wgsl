// Traps, returns and interrupts (privileged manual, 3.1.6 to 3.1.9, 3.3.2, 10.1).

const NO_TRAP: u32 = 0xffffffffu;

/// Enters a trap taken at `pc`; returns where the handler is.
fn enter_trap(trap: u32, value: u32, pc: u32, is_irq: bool) -> u32 {
  let bit = 1u << (trap & 31u);
  let delegated = select(s_medeleg, s_mideleg, is_irq) & bit;
  let cause = trap | select(0u, 0x80000000u, is_irq);
  let offset = select(0u, (trap & 31u) << 2u, is_irq);
  var next = 0u;
  if ((s_priv != PRIV_M) & (delegated != 0u)) {
    s_scause = cause;
    s_sepc = pc;
    s_stval = value;
    let spie = (s_mstatus & MSTATUS_SIE) << 4u;
    s_mstatus = (s_mstatus & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP)) | spie | select(0u, MSTATUS_SPP, s_priv == PRIV_S);
    s_priv = PRIV_S;
    next = (s_stvec & 0xfffffffcu) + select(0u, offset, (s_stvec & 1u) != 0u);
  } else {
    s_mcause = cause;
    s_mepc = pc;
    s_mtval = value;
    let mpie = (s_mstatus & MSTATUS_MIE) << 4u;
    s_mstatus = (s_mstatus & ~(MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP)) | mpie | (s_priv << 11u);
    s_priv = PRIV_M;
    next = (s_mtvec & 0xfffffffcu) + select(0u, offset, (s_mtvec & 1u) != 0u);
  }
  s_reservation = NO_RESERVATION;
  return next;
}

/// MRET: returns where to.
fn return_from_machine() -> u32 {
  let to = (s_mstatus >> 11u) & 3u;
  let mie = (s_mstatus >> 4u) & MSTATUS_MIE;
  let mprv = select(s_mstatus & MSTATUS_MPRV, 0u, to != PRIV_M);
  s_mstatus = (s_mstatus & ~(MSTATUS_MIE | MSTATUS_MPP | MSTATUS_MPRV)) | mie | MSTATUS_MPIE | mprv;
  s_priv = to;
  s_reservation = NO_RESERVATION;
  return s_mepc;
}

/// SRET: returns where to.
fn return_from_supervisor() -> u32 {
  let to = (s_mstatus >> 8u) & 1u;
  let sie = (s_mstatus >> 4u) & MSTATUS_SIE;
  s_mstatus = (s_mstatus & ~(MSTATUS_SIE | MSTATUS_SPP | MSTATUS_MPRV)) | sie | MSTATUS_SPIE;
  s_priv = to;
  s_reservation = NO_RESERVATION;
  return s_sepc;
}

/// The interrupt to be taken before the next instruction, of those in `pending` (mip and mie); NO_TRAP when none may be.
fn due_interrupt(pending: u32) -> u32 {
  let m_on = (s_priv != PRIV_M) | ((s_mstatus & MSTATUS_MIE) != 0u);
  let s_on = (s_priv == PRIV_U) | ((s_priv == PRIV_S) & ((s_mstatus & MSTATUS_SIE) != 0u));
  let for_m = select(0u, pending & ~s_mideleg, m_on);
  let for_s = select(0u, pending & s_mideleg, s_on);
  let due = select(for_s, for_m, for_m != 0u);
  var irq = NO_TRAP;
  if ((due & (1u << IRQ_STI)) != 0u) { irq = IRQ_STI; }
  if ((due & (1u << IRQ_SSI)) != 0u) { irq = IRQ_SSI; }
  if ((due & (1u << IRQ_SEI)) != 0u) { irq = IRQ_SEI; }
  if ((due & (1u << IRQ_MTI)) != 0u) { irq = IRQ_MTI; }
  if ((due & (1u << IRQ_MSI)) != 0u) { irq = IRQ_MSI; }
  if ((due & (1u << IRQ_MEI)) != 0u) { irq = IRQ_MEI; }
  return irq;
}

/// Steps until a timer that mie enables is due; 0xffffffff when none will be soon, or when it is due already.
fn timer_wait() -> u32 {
  let m_timer = steps_until(vec2<u32>(s_mtimecmp_lo, s_mtimecmp_hi));
  let s_timer = steps_until(vec2<u32>(s_stimecmp_lo, s_stimecmp_hi));
  let stce = (s_menvcfgh & MENVCFGH_STCE) != 0u;
  let m_wait = select(0xffffffffu, m_timer, ((s_mie & (1u << IRQ_MTI)) != 0u) & (m_timer != 0u));
  let s_wait = select(0xffffffffu, s_timer, ((s_mie & (1u << IRQ_STI)) != 0u) & (s_timer != 0u) & stce);
  return min(m_wait, s_wait);
}
