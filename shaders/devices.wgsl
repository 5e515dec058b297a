// CLINT, PLIC, UART 16550A and test device: the devices that live in the hart. Register maps: src/machine/devices.ts.

/// Index of this machine's first state word.
var<private> state_base: u32;
/// Bit 0: PLIC context 0 (M) asserts its line, bit 1: context 1 (S).
var<private> plic_lines_out: u32;

fn retired64() -> vec2<u32> {
  return vec2<u32>(s_retired_lo, s_retired_hi);
}

/// retired >> TIME_SHIFT.
fn ticks() -> vec2<u32> {
  return vec2<u32>((s_retired_lo >> TIME_SHIFT) | (s_retired_hi << (32u - TIME_SHIFT)), s_retired_hi >> TIME_SHIFT);
}

fn mtime() -> vec2<u32> {
  return add64(ticks(), vec2<u32>(s_mtime_offset_lo, s_mtime_offset_hi));
}

/// Steps until mtime reaches `compare`: 0 when it has, 0xffffffff when it is far.
fn steps_until(compare: vec2<u32>) -> u32 {
  let now = mtime();
  let left = sub64(compare, now);
  let far = (left.y != 0u) | (left.x >= 0x40000000u);
  let near = (left.x << TIME_SHIFT) - (s_retired_lo & ((1u << TIME_SHIFT) - 1u));
  return select(select(near, 0xffffffffu, far), 0u, ge64(now, compare));
}

fn uart_count() -> u32 {
  return s_uart_rx_in - s_uart_rx_out;
}

/// The interrupt identification register without its FIFO bits.
fn uart_iir() -> u32 {
  let count = uart_count();
  let level = s_uart_fcr >> 6u;
  let trigger = select(1u, select(select(select(14u, 8u, level == 2u), 4u, level == 1u), 1u, level == 0u), (s_uart_fcr & 1u) != 0u);
  let rx = (s_uart_ier & UART_IER_RDI) != 0u;
  let thr = ((s_uart_ier & UART_IER_THRI) != 0u) & (s_uart_thri != 0u);
  var iir = select(UART_IIR_NONE, UART_IIR_THRI, thr);
  if (rx & (count > 0u)) { iir = UART_IIR_TIMEOUT; }
  if (rx & (count >= trigger)) { iir = UART_IIR_RDI; }
  return iir;
}

/// Recomputes pending and the two output lines. To be called after anything that moves the UART, the PLIC or a host line.
fn plic_update() {
  let uart = select(0u, 1u << UART_IRQ, uart_iir() != UART_IIR_NONE);
  s_plic_pending |= (s_plic_lines | uart) & ~s_plic_in_service & 0xfffffffeu;
  var rest = s_plic_pending & (s_plic_enable_lo | s_plic_enable_hi);
  var lines = 0u;
  loop {
    if (rest == 0u) { break; }
    let source = firstTrailingBit(rest);
    let bit = rest & (0u - rest);
    let priority = cpu_states[state_base + W_plic_priority + source];
    if (((s_plic_enable_lo & bit) != 0u) & (priority > s_plic_threshold_lo)) { lines |= 1u; }
    if (((s_plic_enable_hi & bit) != 0u) & (priority > s_plic_threshold_hi)) { lines |= 2u; }
    rest &= rest - 1u;
  }
  plic_lines_out = lines;
}

fn plic_claim(enabled: u32) -> u32 {
  var rest = s_plic_pending & enabled;
  var best = 0u;
  var best_priority = 0u;
  loop {
    if (rest == 0u) { break; }
    let source = firstTrailingBit(rest);
    let priority = cpu_states[state_base + W_plic_priority + source];
    if (priority > best_priority) {
      best = source;
      best_priority = priority;
    }
    rest &= rest - 1u;
  }
  if (best != 0u) {
    s_plic_pending &= ~(1u << best);
    s_plic_in_service |= 1u << best;
  }
  return best;
}

/// Reads (and has the side effects of) the PLIC word at `offset`.
fn plic_load(offset: u32) -> u32 {
  var v = 0u;
  if (offset < 4u * 32u) {
    v = cpu_states[state_base + W_plic_priority + (offset >> 2u)];
  } else if (offset == PLIC_PENDING) {
    v = s_plic_pending;
  } else if (offset == PLIC_ENABLE) {
    v = s_plic_enable_lo;
  } else if (offset == PLIC_ENABLE + PLIC_ENABLE_STRIDE) {
    v = s_plic_enable_hi;
  } else if (offset == PLIC_THRESHOLD) {
    v = s_plic_threshold_lo;
  } else if (offset == PLIC_THRESHOLD + PLIC_CONTEXT_STRIDE) {
    v = s_plic_threshold_hi;
  } else if ((offset == PLIC_CLAIM) | (offset == PLIC_CLAIM + PLIC_CONTEXT_STRIDE)) {
    v = plic_claim(select(s_plic_enable_hi, s_plic_enable_lo, offset == PLIC_CLAIM));
  }
  return v;
}

fn plic_store(offset: u32, v: u32) {
  let level = v & PLIC_PRIORITY_MASK;
  if (offset < 4u * 32u) {
    if (offset != 0u) { cpu_states[state_base + W_plic_priority + (offset >> 2u)] = level; }
  } else if (offset == PLIC_ENABLE) {
    s_plic_enable_lo = v & 0xfffffffeu;
  } else if (offset == PLIC_ENABLE + PLIC_ENABLE_STRIDE) {
    s_plic_enable_hi = v & 0xfffffffeu;
  } else if (offset == PLIC_THRESHOLD) {
    s_plic_threshold_lo = level;
  } else if (offset == PLIC_THRESHOLD + PLIC_CONTEXT_STRIDE) {
    s_plic_threshold_hi = level;
  } else if ((offset == PLIC_CLAIM) | (offset == PLIC_CLAIM + PLIC_CONTEXT_STRIDE)) {
    let enabled = select(s_plic_enable_hi, s_plic_enable_lo, offset == PLIC_CLAIM);
    let bit = select(0u, 1u << (v & 31u), v < 32u);
    s_plic_in_service &= ~(bit & enabled);
  }
}

fn clint_load(offset: u32) -> u32 {
  var v = 0u;
  if (offset == CLINT_MSIP) { v = s_msip; }
  if (offset == CLINT_MTIMECMP) { v = s_mtimecmp_lo; }
  if (offset == CLINT_MTIMECMPH) { v = s_mtimecmp_hi; }
  let now = mtime();
  if (offset == CLINT_MTIME) { v = now.x; }
  if (offset == CLINT_MTIMEH) { v = now.y; }
  return v;
}

fn clint_store(offset: u32, v: u32) {
  if (offset == CLINT_MSIP) { s_msip = v & 1u; }
  if (offset == CLINT_MTIMECMP) { s_mtimecmp_lo = v; }
  if (offset == CLINT_MTIMECMPH) { s_mtimecmp_hi = v; }
  if ((offset == CLINT_MTIME) | (offset == CLINT_MTIMEH)) {
    var now = mtime();
    if (offset == CLINT_MTIME) { now.x = v; } else { now.y = v; }
    let shifted = sub64(now, ticks());
    s_mtime_offset_lo = shifted.x;
    s_mtime_offset_hi = shifted.y;
  }
}

fn uart_load(offset: u32) -> u32 {
  let dlab = (s_uart_lcr & UART_LCR_DLAB) != 0u;
  let count = uart_count();
  var v = 0u;
  if (offset == UART_RBR_THR_DLL) {
    let byte = cpu_states[state_base + W_uart_rx + (s_uart_rx_out % UART_RX_CAPACITY)];
    let take = !dlab & (count > 0u);
    v = select(select(0u, byte, take), s_uart_dll, dlab);
    s_uart_rx_out += select(0u, 1u, take);
  }
  if (offset == UART_IER_DLM) { v = select(s_uart_ier, s_uart_dlm, dlab); }
  if (offset == UART_IIR_FCR) {
    let iir = uart_iir();
    if (iir == UART_IIR_THRI) { s_uart_thri = 0u; }
    v = iir | select(0u, UART_IIR_FIFO, (s_uart_fcr & 1u) != 0u);
  }
  if (offset == UART_LCR) { v = s_uart_lcr; }
  if (offset == UART_MCR) { v = s_uart_mcr; }
  if (offset == UART_LSR) { v = UART_LSR_THRE | UART_LSR_TEMT | select(0u, UART_LSR_DR, count > 0u); }
  if (offset == UART_MSR) {
    let m = s_uart_mcr;
    let looped = ((m & 0xcu) << 4u) | ((m & 1u) << 5u) | ((m & 2u) << 3u);
    v = select(UART_MSR_READY, looped, (m & UART_MCR_LOOP) != 0u);
  }
  if (offset == UART_SCR) { v = s_uart_scr; }
  return v;
}

/// Stores a byte to the UART; true when the transmit ring has become full.
fn uart_store(offset: u32, byte: u32) -> bool {
  let dlab = (s_uart_lcr & UART_LCR_DLAB) != 0u;
  var full = false;
  if (offset == UART_RBR_THR_DLL) {
    if (dlab) {
      s_uart_dll = byte;
    } else {
      s_uart_thri = 1u;
      if ((s_uart_mcr & UART_MCR_LOOP) != 0u) {
        if (uart_count() < UART_RX_CAPACITY) {
          cpu_states[state_base + W_uart_rx + (s_uart_rx_in % UART_RX_CAPACITY)] = byte;
          s_uart_rx_in += 1u;
        }
      } else {
        cpu_states[state_base + W_uart_tx + (s_uart_tx_in % UART_TX_CAPACITY)] = byte;
        s_uart_tx_in += 1u;
        full = s_uart_tx_in - s_uart_tx_out >= UART_TX_CAPACITY;
      }
    }
  }
  if (offset == UART_IER_DLM) {
    if (dlab) {
      s_uart_dlm = byte;
    } else {
      if ((byte & ~s_uart_ier & UART_IER_THRI) != 0u) { s_uart_thri = 1u; }
      s_uart_ier = byte & 0xfu;
    }
  }
  if (offset == UART_IIR_FCR) {
    if ((byte & 2u) != 0u) { s_uart_rx_out = s_uart_rx_in; }
    s_uart_fcr = byte & 0xc9u;
  }
  if (offset == UART_LCR) { s_uart_lcr = byte; }
  if (offset == UART_MCR) { s_uart_mcr = byte & 0x1fu; }
  if (offset == UART_SCR) { s_uart_scr = byte; }
  return full;
}
