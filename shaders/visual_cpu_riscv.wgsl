// The hart: RV32IMA, M/S/U, Sv32, as four nested loops. An inner loop knows only what is frequent; leaving it is the only real branch on
// adapters that execute both sides of an `if`. Inner to outer: ALU and branches; loads, stores, jumps, MUL; misses, page walks, decoding, AMO,
// MULDIV, odd accesses; everything else (system instructions, traps, interrupts, device accesses). docs/decisions/002-nested-loops.md.

const TLB_WAYS: u32 = 128u;
const ITLB_WAYS: u32 = 64u;
/// A page that no pc is in.
const NO_PAGE: u32 = 0x80000000u;
/// Most significant bits of a pc in its unit of 2 or 4 bytes.
const PC_MASK: u32 = 0xffffffffu >> PC_SHIFT;
const PAGE_SHIFT: u32 = 12u - PC_SHIFT;
/// Entries of a decoded page, and the bits of a pc that tell its page.
const PAGE_ENTRIES: u32 = 4096u >> PC_SHIFT;
const PAGE_MASK: u32 = PC_MASK & ~(PAGE_ENTRIES - 1u);
/// What a 32-bit instruction adds to a pc.
const LONG: u32 = 4u >> PC_SHIFT;
const NO_ENTRY: u32 = 0xffffffffu;
const NO_EXIT: u32 = 0xffffffffu;
/// Instructions decoded ahead at a decode miss.
const DECODE_AHEAD: u32 = 8u;
/// Fuel of a round of the two outer loops; a retired instruction costs 1.
const FUEL_MISS: u32 = 6u;
const FUEL_RARE: u32 = 12u;

/// x0 to x31, and a sink for writes to x0.
var<private> x: array<u32, 33>;
/// Loads, then stores. Tag: virtual page | context | 0. Delta: RAM byte offset minus virtual address.
var<private> tlb_tag: array<u32, 256>;
var<private> tlb_delta: array<u32, 256>;
/// Tag: pc of the page in its unit | context. Value: decode slot base | generation. Page: RAM word of the page's first instruction.
var<private> itlb_tag: array<u32, 64>;
var<private> itlb_value: array<u32, 64>;
var<private> itlb_page: array<u32, 64>;

/// Units of pc that the instruction of entry word `entry` is long.
fn size_of(entry: u32) -> u32 {
  if (!COMPRESSED) { return LONG; }
  return select(LONG, 1u, (entry & SHORT) != 0u);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let machine = id.x;
  if (machine >= MACHINES) { return; }
  let control_base = machine * CONTROL_WORDS;
  if (control[control_base + C_RUNNING] == 0u) { return; }
  state_base = machine * STATE_WORDS;
  ram_base = machine * RAM_WORDS;
  let cache_base = machine * SLOTS * PAGE_ENTRIES;
  load_state(state_base);
  for (var i = 0u; i < 32u; i++) { x[i] = cpu_states[state_base + i]; }
  var budget = control[control_base + C_BUDGET];
  var fuel = dispatch_fuel;
  let slots_at = machine * SLOT_WORDS;
  var epoch = decode_slots[slots_at + S_EPOCH];
  var first = control[control_base + C_FIRST];
  epoch += control[control_base + C_FLUSH];
  control[control_base + C_FLUSH] = 0u;
  if (epoch >= 0x2000u) {
    for (var i = 0u; i < SLOTS; i++) { decode_slots[slots_at + S_TAG + i] = 0u; }
    epoch = 1u;
  }
  plic_update();

  var pcw = s_pc >> PC_SHIFT;
  var left = 0u;
  var granted = 0u;
  var page_start = NO_PAGE;
  var slot_base = cache_base;
  var generation = 0u;

  // Translation contexts: changed by the rare loop only.
  var tlb_generation = 1u;
  var data_context = 0u;
  var data_privilege = 0u;
  var data_on = false;
  var fetch_context = 0u;
  var fetch_on = false;

  // What the miss loop tells the rare loop.
  var trap = NO_TRAP;
  var trap_value = 0u;
  var exit = NO_EXIT;
  var at_device = false;
  var device_address = 0u;
  var irq = NO_TRAP;
  /// The instruction at pc is one of the rare loop's. (That loop is also entered for want of fuel.)
  var rare = false;
  // An entry made from two pages, to be forgotten once it has run.
  var straddling = NO_ENTRY;

  loop {
    loop {
      loop {
        // --- ALU and branches
        loop {
          let o = pcw - page_start;
          let e = decode_cache[slot_base + (o & (PAGE_ENTRIES - 1u))];
          if ((o >= PAGE_ENTRIES) | ((e.x & (GENERATION | HOT)) != (generation | HOT)) | (left == 0u)) { break; }
          let imm = e.y;
          let a = x[e.x & 31u];
          let b = select(x[(e.x >> 5u) & 31u], imm, (e.x & OPERAND_IMM) != 0u);
          let kind = e.x & KIND;
          let is_signed = (e.x & SIGNED) != 0u;
          let flip = select(0u, 0x80000000u, is_signed);
          let less = (a ^ flip) < (b ^ flip);
          let ones = select(0u, 0xffffffffu, is_signed & (a >= 0x80000000u));
          let amount = b & 31u;
          var r = a + b;
          r = select(r, a - b, kind == ALU_SUB);
          r = select(r, select(0u, 1u, less), kind == ALU_SLT);
          r = select(r, a ^ b, kind == ALU_XOR);
          r = select(r, a | b, kind == ALU_OR);
          r = select(r, a & b, kind == ALU_AND);
          r = select(r, a << amount, kind == ALU_SLL);
          r = select(r, ((a ^ ones) >> amount) ^ ones, kind == ALU_SR);
          x[(e.x >> 10u) & 63u] = r;
          let holds = select(less, a == b, (e.x & BRANCH_EQ) != 0u) != ((e.x & BRANCH_NOT) != 0u);
          pcw += select(size_of(e.x), imm, ((e.x & BRANCH) != 0u) & holds);
          left -= 1u;
        }

        // --- loads, stores, jumps, MUL
        let o = pcw - page_start;
        let inside = o < PAGE_ENTRIES;
        let e = decode_cache[slot_base + (o & (PAGE_ENTRIES - 1u))];
        let here = inside & ((e.x & (GENERATION | HOT)) == generation) & (left != 0u);
        let imm = e.y;
        let kind = e.x & KIND;
        let a = x[e.x & 31u];
        let b = x[(e.x >> 5u) & 31u];
        let t = a + imm;
        let size = e.x & SIZE;
        let store = kind == K_STORE;
        let access = store | (kind == K_LOAD) | (kind == K_LOADU);
        let low = select(select(3u, 1u, size == SIZE_HALF), 0u, size == SIZE_BYTE);
        let way = ((t >> 12u) & (TLB_WAYS - 1u)) + select(0u, TLB_WAYS, store);
        let hit = ((t & (0xfffff000u | low)) | data_context) == tlb_tag[way];
        let word_index = ram_base + ((t + tlb_delta[way]) >> 2u);
        let word = system_memory[word_index];
        let shift = (t & 3u) * 8u;
        let mask = select(select(0xffffffffu, 0xffffu, size == SIZE_HALF), 0xffu, size == SIZE_BYTE);
        let sign = select(select(0u, 0x8000u, size == SIZE_HALF), 0x80u, size == SIZE_BYTE);
        let sign_if = select(0u, sign, kind == K_LOAD);
        let loaded = (((word >> shift) & mask) ^ sign_if) - sign_if;
        let jal = kind == K_JAL;
        let jalr = kind == K_JALR;
        let jump = jal | jalr;
        let auipc = kind == K_AUIPC;
        let simple = jal | auipc | (kind == K_MUL) | (jalr & (COMPRESSED | ((t & 2u) == 0u)));
        let done = here & ((access & hit) | simple);
        if (done & store) {
          system_memory[word_index] = (word & ~(mask << shift)) | ((b & mask) << shift);
          s_reservation = select(s_reservation, NO_RESERVATION, s_reservation == RAM_BASE + ((word_index - ram_base) << 2u));
        }
        let pc = pcw << PC_SHIFT;
        let linked = pc + select(size_of(e.x) << PC_SHIFT, imm, auipc);
        let r = select(select(loaded, linked, jump | auipc), a * b, kind == K_MUL);
        if (done) {
          x[(e.x >> 10u) & 63u] = r;
          left -= 1u;
          pcw = select(pcw + size_of(e.x), select(t >> PC_SHIFT, pcw + imm, jal), jump);
        }
        pcw &= PC_MASK;
        let page = pcw & PAGE_MASK;
        let iway = (pcw >> PAGE_SHIFT) & (ITLB_WAYS - 1u);
        let ihit = itlb_tag[iway] == (page | fetch_context);
        if (ihit) {
          let value = itlb_value[iway];
          page_start = page;
          slot_base = cache_base + (value & ~GENERATION);
          generation = value & GENERATION;
        }
        if (!(done | (ihit & !inside))) { break; }
      }

      // --- misses: page walks, decoding, AMO, MULDIV, odd loads and stores
      if ((left == 0u) | (exit != NO_EXIT)) { break; }
      let o = pcw - page_start;
      let fetch = o >= PAGE_ENTRIES;
      let e = decode_cache[slot_base + (o & (PAGE_ENTRIES - 1u))];
      let fresh = (e.x & GENERATION) == generation;
      let undecoded = !fetch & !fresh;
      let kind = e.x & KIND;
      let ready = !fetch & fresh;
      let cold = ready & ((e.x & HOT) == 0u);
      let is_amo = cold & (kind == K_AMO);
      let is_store = cold & (kind == K_STORE);
      let is_access = is_amo | is_store | (cold & ((kind == K_LOAD) | (kind == K_LOADU)));
      let is_muldiv = cold & (kind > K_SLOW);
      rare = cold & !is_access & !is_muldiv;
      let a = x[e.x & 31u];
      let b = x[(e.x >> 5u) & 31u];
      let dst = (e.x >> 10u) & 63u;
      let size = e.x & SIZE;
      let low = select(select(3u, 1u, size == SIZE_HALF), 0u, size == SIZE_BYTE);
      let f5 = e.y >> 27u;
      let is_lr = is_amo & (f5 == 2u);
      let is_sc = is_amo & (f5 == 3u);
      let t = select(a + e.y, a, is_amo);
      let misaligned = (t & low) != 0u;
      let crosses = is_access & !is_amo & ((t & 0xfffu) + low >= 0x1000u);
      let writes = is_store | (is_amo & !is_lr);
      let fault_kind = select(CAUSE_LOAD_ACCESS, CAUSE_STORE_ACCESS, writes);
      let page_kind = select(CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, writes);
      let amo_misaligned = is_amo & misaligned;
      if (amo_misaligned) {
        trap = select(CAUSE_STORE_MISALIGNED, CAUSE_LOAD_MISALIGNED, is_lr);
        trap_value = t;
      }

      // One walk, or two for an access that crosses a page.
      let code = itlb_page[(pcw >> PAGE_SHIFT) & (ITLB_WAYS - 1u)];
      let code_word = system_memory[code + min(o, PAGE_ENTRIES - 1u) / LONG];
      // The last half of a page begins a 32-bit instruction: its other half stands on the next page.
      let straddle = COMPRESSED & undecoded & (o == PAGE_ENTRIES - 1u) & ((code_word & 0x30000u) == 0x30000u);
      let fetches = fetch | straddle;
      let walks = (fetches | is_access) & !amo_misaligned;
      let pc = pcw << PC_SHIFT;
      let va0 = select(select(t, pc, fetch), pc + 2u, straddle);
      let va1 = (t & 0xfffff000u) + 0x1000u;
      var ppn0 = 0u;
      var ppn1 = 0u;
      var second = false;
      loop {
        let va = select(va0, va1, second);
        let how = select(select(ACCESS_LOAD, ACCESS_STORE, writes), ACCESS_FETCH, fetches);
        let on = walks & (trap == NO_TRAP) & select(data_on, fetch_on, fetches);
        let got = translate(va, how, select(data_privilege, s_priv, fetches), on);
        if (second) { ppn1 = got.ppn; } else { ppn0 = got.ppn; }
        if (walks & (trap == NO_TRAP) & (got.fault != 0u)) {
          trap = select(select(page_kind, CAUSE_FETCH_PAGE, fetches), select(fault_kind, CAUSE_FETCH_ACCESS, fetches), got.fault == 2u);
          trap_value = va;
        }
        // A device answers aligned loads and stores only; what lies above 4 GiB answers nothing.
        let ram = is_ram_page(got.ppn);
        if (walks & (trap == NO_TRAP) & !ram & (fetches | is_amo | misaligned | (got.ppn >= 0x100000u))) {
          trap = select(fault_kind, CAUSE_FETCH_ACCESS, fetches);
          trap_value = va;
        }
        if (second | !crosses | (trap != NO_TRAP)) { break; }
        second = true;
      }
      let ram0 = is_ram_page(ppn0);
      let pa0 = (ppn0 << 12u) | (va0 & 0xfffu);
      let fine = walks & (trap == NO_TRAP);
      if (fine & !ram0) {
        at_device = true;
        device_address = pa0;
      }
      let in_ram = fine & ram0;

      // A new code page: find or take a decode slot.
      let page_word = ((ppn0 << 12u) - RAM_BASE) >> 2u;
      if (in_ram & fetch) {
        let ram_page = page_word >> 10u;
        let slot = ram_page & (SLOTS - 1u);
        let tag = (ram_page | (epoch << 18u)) + 1u;
        let generation_at = slots_at + S_GENERATION + slot;
        let known = decode_slots[slots_at + S_TAG + slot] == tag;
        var g = decode_slots[generation_at];
        slot_base = cache_base + slot * PAGE_ENTRIES;
        if (!known) {
          g += GENERATION_ONE;
          let wrapped = g == 0u;
          var n = select(0u, PAGE_ENTRIES, wrapped);
          loop {
            if (n == 0u) { break; }
            n -= 1u;
            decode_cache[slot_base + n] = vec2<u32>(0u, 0u);
          }
          if (wrapped) {
            // Older pages of this slot may share generations with newer ones from here on: forget every page.
            g = GENERATION_ONE;
            for (var i = 0u; i < ITLB_WAYS; i++) { itlb_tag[i] = 0u; }
          }
          decode_slots[generation_at] = g;
          decode_slots[slots_at + S_TAG + slot] = tag;
        }
        page_start = pcw & PAGE_MASK;
        generation = g;
        let iway = (pcw >> PAGE_SHIFT) & (ITLB_WAYS - 1u);
        // The page of a breakpoint is never remembered: each entry to it comes through here.
        let watched = (s_breakpoint != NO_ADDRESS) & ((s_breakpoint >> 12u) == (pcw >> PAGE_SHIFT));
        itlb_tag[iway] = select(page_start | fetch_context, 0u, watched);
        itlb_value[iway] = (slot * PAGE_ENTRIES) | g;
        itlb_page[iway] = ram_base + page_word;
        if (watched) {
          // One instruction at a time on that page; none when it was just entered at the breakpoint itself.
          let allowed = select(1u, 0u, (granted != left) & ((s_breakpoint >> PC_SHIFT) == pcw));
          let cut = left - min(left, allowed);
          granted -= cut;
          left -= cut;
        }
      }

      // A run of instructions to decode; a straddling one alone, and only for one step.
      var ahead = select(0u, min(DECODE_AHEAD, PAGE_ENTRIES - o), undecoded & !straddle);
      loop {
        if (ahead == 0u) { break; }
        ahead -= 1u;
        let at = o + ahead;
        let word = system_memory[code + at / LONG];
        let after = system_memory[code + min(at / LONG + 1u, 1023u)];
        let odd = COMPRESSED & ((at & 1u) != 0u);
        let both = select(word, (word >> 16u) | (after << 16u), odd);
        let whole = !(COMPRESSED & (at == PAGE_ENTRIES - 1u)) | ((both & 3u) != 3u);
        if (whole) { decode_cache[slot_base + (at & (PAGE_ENTRIES - 1u))] = decode_any(both, generation); }
      }
      if (straddle & (trap == NO_TRAP)) {
        let other = system_memory[ram_index(pa0)];
        straddling = slot_base + o;
        decode_cache[straddling] = decode_any((code_word >> 16u) | (other << 16u), generation);
        granted -= left - 1u;
        left = 1u;
      }

      // A data page: remember it, unless stores to it must be looked at one by one.
      let has_tohost = (s_tohost != NO_ADDRESS) & (((s_tohost >> 12u) == ppn0) | (crosses & ((s_tohost >> 12u) == ppn1)));
      let watched_store = writes & has_tohost;
      let data = in_ram & !fetches;
      if (data & !watched_store) {
        let way = ((t >> 12u) & (TLB_WAYS - 1u)) + select(0u, TLB_WAYS, writes);
        tlb_tag[way] = (t & 0xfffff000u) | data_context;
        tlb_delta[way] = ((ppn0 << 12u) - RAM_BASE) - (t & 0xfffff000u);
      }

      // AMO, misaligned accesses and watched stores are done here; plain ones go back to the middle loop.
      let odd = data & (is_amo | misaligned | watched_store);
      let i0 = select(ram_base, ram_index(pa0), odd);
      let straddles = odd & (((t & 3u) + low) > 3u);
      let pa1 = select((pa0 & 0xfffffffcu) + 4u, ppn1 << 12u, crosses);
      let i1 = select(i0, ram_index(pa1), straddles);
      let w0 = system_memory[i0];
      let w1 = system_memory[i1];
      let down = (t & 3u) * 8u;
      let up = (32u - down) & 31u;
      let mask = select(select(0xffffffffu, 0xffffu, size == SIZE_HALF), 0xffu, size == SIZE_BYTE);
      let sign = select(0u, select(select(0u, 0x8000u, size == SIZE_HALF), 0x80u, size == SIZE_BYTE), kind == K_LOAD);
      let joined = ((w0 >> down) | select(0u, w1 << up, straddles)) & mask;
      let loaded = (joined ^ sign) - sign;
      let sc_ok = is_sc & (s_reservation == pa0);
      let value = select(b & mask, amo(f5, w0, b), is_amo);
      let stores = odd & writes & (!is_sc | sc_ok);
      if (stores) {
        let n0 = (w0 & ~(mask << down)) | (value << down);
        system_memory[i0] = n0;
        break_reservation(pa0);
        var at_tohost = select(0u, n0, (pa0 & 0xfffffffcu) == s_tohost);
        if (straddles) {
          let n1 = (w1 & ~(mask >> up)) | (value >> up);
          system_memory[i1] = n1;
          break_reservation(pa1);
          at_tohost = select(at_tohost, n1, pa1 == s_tohost);
        }
        if (at_tohost != 0u) {
          exit = EXIT_TOHOST;
          s_exit_value = at_tohost;
        }
      }
      if (odd & is_lr) { s_reservation = pa0; }
      if (odd & is_sc) { s_reservation = NO_RESERVATION; }
      let math = muldiv((kind >> 16u) & 7u, a, b);
      let retires = odd | is_muldiv;
      if (retires) {
        let amo_result = select(w0, select(1u, 0u, sc_ok), is_sc);
        x[dst] = select(select(loaded, amo_result, is_amo), math, is_muldiv);
        pcw += size_of(e.x);
        left -= 1u;
      }
      fuel -= min(fuel, FUEL_MISS);
      if (rare | (trap != NO_TRAP) | at_device | (left == 0u) | (exit != NO_EXIT) | (fuel == 0u)) { break; }
    }

    // --- rare: account for what has retired, then one system instruction, device access, trap or interrupt
    let budget_before = budget;
    let retired = granted - left;
    let total = s_retired_lo + retired;
    s_retired_hi += select(0u, 1u, total < s_retired_lo);
    s_retired_lo = total;
    budget -= retired;
    fuel -= min(fuel, retired + FUEL_RARE);
    pcw &= PC_MASK;
    let pc = pcw << PC_SHIFT;
    var next = pc;
    var retire = false;
    var is_irq = false;

    let o = pcw - page_start;
    let e = decode_cache[slot_base + (o & (PAGE_ENTRIES - 1u))];
    let kind = e.x & KIND;
    let act = rare & (left != 0u);
    rare = false;
    let raw = e.y;
    let a = x[e.x & 31u];
    let b = x[(e.x >> 5u) & 31u];
    if ((irq != NO_TRAP) & (trap == NO_TRAP) & (exit == NO_EXIT) & (left == 0u) & (budget != 0u)) {
      trap = irq;
      trap_value = 0u;
      is_irq = true;
    }

    // Misaligned jump targets; the target of a taken branch or JAL is not a multiple of 4.
    let opcode = raw & 0x7fu;
    let f3 = (raw >> 12u) & 7u;
    let number = raw >> 20u;
    let jalr = act & (kind == K_JALR);
    let slow = act & (kind == K_SLOW);
    if (jalr) {
      trap = CAUSE_FETCH_MISALIGNED;
      trap_value = (a + raw) & 0xfffffffeu;
    }
    var known = false;
    if (slow & (opcode == 0x6fu)) {
      known = true;
      trap = CAUSE_FETCH_MISALIGNED;
      trap_value = pc + ((bitcast<u32>(bitcast<i32>(raw) >> 11u) & 0xfff00000u) | (raw & 0xff000u) | ((raw >> 9u) & 0x800u) | (number & 0x7feu));
    }
    if (slow & (opcode == 0x63u) & (f3 != 2u) & (f3 != 3u)) {
      known = true;
      let less = select(a < b, bitcast<i32>(a) < bitcast<i32>(b), f3 < 6u);
      let holds = select(less, a == b, f3 < 2u) != ((f3 & 1u) != 0u);
      if (holds) {
        trap = CAUSE_FETCH_MISALIGNED;
        let upper = bitcast<u32>(bitcast<i32>(raw) >> 19u) & 0xfffff000u;
        trap_value = pc + (upper | ((raw << 4u) & 0x800u) | ((raw >> 20u) & 0x7e0u) | ((raw >> 7u) & 0x1eu));
      } else {
        retire = true;
      }
    }

    // Zifencei and the privileged instructions.
    var flush = false;
    if (slow & (opcode == 0x0fu) & (f3 == 1u)) {
      known = true;
      retire = true;
      flush = true;
      epoch += 1u;
    }
    let supervisor = s_priv != PRIV_U;
    let machine_mode = s_priv == PRIV_M;
    let system = slow & (opcode == 0x73u);
    var returns = false;
    var waits = false;
    if (system & (f3 == 0u)) {
      if (raw == 0x00000073u) {
        known = true;
        trap = CAUSE_ECALL_U + s_priv;
        trap_value = 0u;
      }
      if (raw == 0x00100073u) {
        known = true;
        trap = CAUSE_BREAKPOINT;
        trap_value = pc;
      }
      if ((raw == 0x30200073u) & machine_mode) {
        known = true;
        returns = true;
        next = return_from_machine();
      }
      if ((raw == 0x10200073u) & supervisor & (machine_mode | ((s_mstatus & MSTATUS_TSR) == 0u))) {
        known = true;
        returns = true;
        next = return_from_supervisor();
      }
      if ((raw == 0x10500073u) & supervisor & (machine_mode | ((s_mstatus & MSTATUS_TW) == 0u))) {
        known = true;
        retire = true;
        waits = true;
      }
      if (((raw & 0xfe007fffu) == 0x12000073u) & supervisor & (machine_mode | ((s_mstatus & MSTATUS_TVM) == 0u))) {
        known = true;
        retire = true;
        flush = true;
      }
    }
    retire = retire | returns;
    let dst = (raw >> 7u) & 31u;
    if (system & (f3 != 0u) & (f3 != 4u)) {
      let field = (raw >> 15u) & 31u;
      let writes = ((f3 & 3u) == 1u) | (field != 0u);
      let got = csr_read(number);
      if ((got.y != 0u) & csr_allowed(number, writes)) {
        known = true;
        retire = true;
        let operand = select(a, field, f3 >= 4u);
        let old = csr_stored(number, got.x);
        let v = select(select(operand, old | operand, (f3 & 3u) == 2u), old & ~operand, (f3 & 3u) == 3u);
        let before = s_mstatus;
        if (writes) { csr_write(number, v); }
        flush = writes & ((number == CSR_satp) | (((before ^ s_mstatus) & MSTATUS_MXR) != 0u) | (number == CSR_menvcfgh));
        x[select(dst, SINK, dst == 0u)] = got.x;
      }
    }
    if (slow & !known) {
      trap = CAUSE_ILLEGAL;
      trap_value = raw;
    }

    // A device access.
    if (at_device & (trap == NO_TRAP)) {
      let pa = device_address;
      let store = kind == K_STORE;
      let size = e.x & SIZE;
      let is_word = size == SIZE_WORD;
      let mask = select(select(0xffffffffu, 0xffffu, size == SIZE_HALF), 0xffu, size == SIZE_BYTE);
      let v = b & mask;
      let into = (e.x >> 10u) & 63u;
      var loaded = 0u;
      if (is_word & (pa - CLINT_BASE < CLINT_SIZE)) {
        retire = true;
        if (store) { clint_store(pa - CLINT_BASE, v); } else { loaded = clint_load(pa - CLINT_BASE); }
      } else if (is_word & (pa - PLIC_BASE < PLIC_SIZE)) {
        retire = true;
        if (store) { plic_store(pa - PLIC_BASE, v); } else { loaded = plic_load(pa - PLIC_BASE); }
      } else if ((size == SIZE_BYTE) & (pa - UART_BASE < UART_SIZE)) {
        retire = true;
        if (store) {
          if (uart_store(pa - UART_BASE, v)) { exit = EXIT_UART; }
        } else {
          loaded = uart_load(pa - UART_BASE);
          loaded = select(loaded, loaded | select(0u, 0xffffff00u, loaded >= 0x80u), kind == K_LOAD);
        }
      } else if (is_word & (pa - TEST_BASE < TEST_SIZE)) {
        retire = true;
        if (store & (pa == TEST_BASE)) {
          exit = EXIT_HALT;
          s_exit_value = v;
        }
      } else if (pa - VIRTIO_BASE < VIRTIO_SIZE) {
        exit = EXIT_MMIO;
        s_mmio_address = pa;
        s_mmio_store = select(0u, 1u, store);
        s_mmio_size = 1u << (size >> 20u);
        s_mmio_value = select(0u, v, store);
        s_mmio_rd = select(into & 31u, 0u, store);
        s_mmio_signed = select(0u, 1u, (kind == K_LOAD) & !is_word);
      } else {
        trap = select(CAUSE_LOAD_ACCESS, CAUSE_STORE_ACCESS, store);
        trap_value = a + raw;
      }
      if (retire & !store) { x[into] = loaded; }
      plic_update();
    }

    if (retire) {
      next = select(pc + (size_of(e.x) << PC_SHIFT), next, returns);
      s_retired_lo += 1u;
      s_retired_hi += select(0u, 1u, s_retired_lo == 0u);
      budget -= 1u;
    }

    if (trap != NO_TRAP) {
      next = enter_trap(trap, trap_value, pc, is_irq);
      budget -= 1u;
    }
    pcw = next >> PC_SHIFT;
    if (COMPRESSED & (straddling != NO_ENTRY)) {
      decode_cache[straddling] = vec2<u32>(0u, 0u);
      straddling = NO_ENTRY;
    }
    trap = NO_TRAP;
    at_device = false;
    page_start = NO_PAGE;

    // What is due next.
    let pending = read_mip() & s_mie;
    if (waits & (pending == 0u) & (exit == NO_EXIT)) { exit = EXIT_WFI; }
    irq = due_interrupt(pending);
    left = select(min(min(budget, fuel), timer_wait()), 0u, irq != NO_TRAP);

    // A breakpoint stops before its instruction, but not the one that a run begins with.
    first = select(first, 0u, budget != budget_before);
    if ((s_breakpoint != NO_ADDRESS) & ((s_breakpoint >> 12u) == (pcw >> PAGE_SHIFT))) {
      left = min(left, 1u);
      if ((first == 0u) & (irq == NO_TRAP) & (exit == NO_EXIT) & (s_breakpoint == (pcw << PC_SHIFT)) & (budget != 0u)) { exit = EXIT_BREAKPOINT; }
    }
    granted = left;

    if (flush) { tlb_generation += 1u; }
    let effective = select(s_priv, (s_mstatus >> 11u) & 3u, (s_priv == PRIV_M) & ((s_mstatus & MSTATUS_MPRV) != 0u));
    let paged = (s_satp >> 31u) != 0u;
    data_privilege = effective;
    data_on = paged & (effective != PRIV_M);
    fetch_on = paged & (s_priv != PRIV_M);
    let data_kind = select(0u, select(select(2u, 3u, (s_mstatus & MSTATUS_SUM) != 0u), 1u, effective == PRIV_U), data_on);
    let fetch_kind = select(0u, select(2u, 1u, s_priv == PRIV_U), fetch_on);
    data_context = (tlb_generation << 4u) | (data_kind << 2u);
    fetch_context = (tlb_generation << 2u) | fetch_kind;

    if ((exit == NO_EXIT) & (budget == 0u)) { exit = EXIT_BUDGET; }
    // The private caches start anew at the next dispatch, so their generation need not wrap.
    if ((exit != NO_EXIT) | (fuel == 0u) | (tlb_generation == 255u)) { break; }
  }

  s_pc = pcw << PC_SHIFT;
  if (exit != NO_EXIT) {
    s_exit = exit;
    control[control_base + C_RUNNING] = 0u;
  }
  control[control_base + C_BUDGET] = budget;
  decode_slots[slots_at + S_EPOCH] = epoch;
  control[control_base + C_FIRST] = first;
  store_state(state_base);
  for (var i = 0u; i < 32u; i++) { cpu_states[state_base + i] = x[i]; }
}
