// Sv32 translation (privileged manual, 10.3.2) with hardware A/D updates when menvcfgh.ADUE is set (Svadu).

const ACCESS_FETCH: u32 = 0u;
const ACCESS_LOAD: u32 = 1u;
const ACCESS_STORE: u32 = 2u;

/// Index of this machine's first RAM word.
var<private> ram_base: u32;

/// True when the 4 KB page `ppn` (22 bits) is RAM of this machine.
fn is_ram_page(ppn: u32) -> bool {
  let page = ppn - (RAM_BASE >> 12u);
  let in_hole = (HOLE_SIZE != 0u) & (ppn - (HOLE_BASE >> 12u) < (HOLE_SIZE >> 12u));
  return (ppn < 0x100000u) & (page < (RAM_BYTES >> 12u)) & !in_hole;
}

/// Index in system_memory of the word at physical `address`, which is RAM.
fn ram_index(address: u32) -> u32 {
  return ram_base + ((address - RAM_BASE) >> 2u);
}

/// A store to the word at physical `address` breaks a reservation on it.
fn break_reservation(address: u32) {
  s_reservation = select(s_reservation, NO_RESERVATION, s_reservation == (address & 0xfffffffcu));
}

struct Translation {
  /// Physical page number, 22 bits.
  ppn: u32,
  /// 0, or 1 for a page fault, 2 for an access fault.
  fault: u32,
}

/// Translates `va` for `access` at privilege `privilege`; `on` is false where addresses are physical.
fn translate(va: u32, access: u32, privilege: u32, on: bool) -> Translation {
  let root = s_satp & 0x3fffffu;
  let root_ok = is_ram_page(root);
  let index1 = ram_index((root << 12u) | ((va >> 22u) << 2u));
  let pte1 = system_memory[select(ram_base, index1, on & root_ok)];
  let table = pte1 >> 10u;
  let leaf1 = (pte1 & (PTE_R | PTE_X)) != 0u;
  let bad1 = ((pte1 & PTE_V) == 0u) | ((pte1 & (PTE_R | PTE_W)) == PTE_W) | (!leaf1 & ((pte1 & (PTE_A | PTE_D | PTE_U)) != 0u));
  let two = on & root_ok & !bad1 & !leaf1;
  let table_ok = is_ram_page(table);
  let index0 = ram_index((table << 12u) | ((va >> 10u) & 0xffcu));
  let pte0 = system_memory[select(ram_base, index0, two & table_ok)];
  let leaf0 = (pte0 & (PTE_R | PTE_X)) != 0u;
  let bad0 = ((pte0 & PTE_V) == 0u) | ((pte0 & (PTE_R | PTE_W)) == PTE_W) | !leaf0;

  let pte = select(pte0, pte1, leaf1);
  let index = select(index0, index1, leaf1);
  let store = access == ACCESS_STORE;
  let sum = ((s_mstatus & MSTATUS_SUM) != 0u) & (access != ACCESS_FETCH);
  let mxr = (s_mstatus & MSTATUS_MXR) != 0u;
  let user_ok = select(((pte & PTE_U) == 0u) | sum, (pte & PTE_U) != 0u, privilege == PRIV_U);
  let readable = ((pte & PTE_R) != 0u) | (mxr & ((pte & PTE_X) != 0u));
  let kind_ok = select(select(readable, (pte & PTE_W) != 0u, store), (pte & PTE_X) != 0u, access == ACCESS_FETCH);
  let need = select(PTE_A, PTE_A | PTE_D, store);
  let missing = (pte & need) != need;
  let adue = (s_menvcfgh & MENVCFGH_ADUE) != 0u;
  let superpage_bad = leaf1 & ((pte & 0x000ffc00u) != 0u);

  let access_fault = !root_ok | (!bad1 & !leaf1 & !table_ok);
  let page_fault = bad1 | (!leaf1 & bad0) | superpage_bad | !user_ok | !kind_ok | (missing & !adue);
  let fault = select(select(0u, 1u, page_fault), 2u, access_fault);
  if (on & (fault == 0u) & missing) {
    system_memory[index] = pte | need;
    break_reservation(RAM_BASE + ((index - ram_base) << 2u));
  }
  let ppn = select(pte >> 10u, ((pte >> 10u) & 0x3ffc00u) | ((va >> 12u) & 0x3ffu), leaf1);
  return Translation(select(va >> 12u, ppn, on), select(0u, fault, on));
}
