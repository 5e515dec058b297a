// 16-bit instructions (unprivileged manual, ch. 27, RV32 Zca): each becomes the 32-bit instruction that it stands for. 0 is illegal.

fn type_i(imm: u32, rs1: u32, f3: u32, rd: u32, opcode: u32) -> u32 {
  return (imm << 20u) | (rs1 << 15u) | (f3 << 12u) | (rd << 7u) | opcode;
}

fn type_r(f7: u32, rs2: u32, rs1: u32, f3: u32, rd: u32) -> u32 {
  return (f7 << 25u) | type_i(rs2, rs1, f3, rd, 0x33u);
}

fn type_s(imm: u32, rs2: u32, rs1: u32) -> u32 {
  return ((imm >> 5u) << 25u) | type_i(rs2, rs1, 2u, imm & 31u, 0x23u);
}

/// The 32-bit word that half-word `h` (low two bits not 3) stands for.
fn expand(h: u32) -> u32 {
  let f3 = h >> 13u;
  let rd = (h >> 7u) & 31u;
  let rs2 = (h >> 2u) & 31u;
  let rd_c = 8u | ((h >> 2u) & 7u);
  let rs1_c = 8u | ((h >> 7u) & 7u);
  let bit12 = (h >> 12u) & 1u;
  let imm6 = select(rs2, rs2 | 0xffffffe0u, bit12 != 0u);
  let offset_w = ((h >> 7u) & 0x38u) | ((h >> 4u) & 4u) | ((h << 1u) & 0x40u);
  var w = 0u;
  switch (((h & 3u) << 3u) | f3) {
    case 0x00u: {
      let imm = ((h >> 7u) & 0x30u) | ((h >> 1u) & 0x3c0u) | ((h >> 4u) & 4u) | ((h >> 2u) & 8u);
      if (imm != 0u) { w = type_i(imm, 2u, 0u, rd_c, 0x13u); }
    }
    case 0x02u: { w = type_i(offset_w, rs1_c, 2u, rd_c, 0x03u); }
    case 0x06u: { w = type_s(offset_w, rd_c, rs1_c); }
    case 0x08u: { w = type_i(imm6, rd, 0u, rd, 0x13u); }
    case 0x09u, 0x0du: {
      let imm = ((h >> 1u) & 0xb40u) | ((h >> 7u) & 0x10u) | ((h << 2u) & 0x400u) | ((h << 1u) & 0x80u) | ((h >> 2u) & 0xeu) | ((h << 3u) & 0x20u);
      let bits = ((imm & 0x7feu) << 20u) | ((imm & 0x800u) << 9u) | select(0u, 0x800ff000u, bit12 != 0u);
      w = bits | select(0x6fu, 0xefu, f3 == 1u);
    }
    case 0x0au: { w = type_i(imm6, 0u, 0u, rd, 0x13u); }
    case 0x0bu: {
      if (rd == 2u) {
        let low = ((h >> 2u) & 0x10u) | ((h << 1u) & 0x40u) | ((h << 4u) & 0x180u) | ((h << 3u) & 0x20u);
        let imm = select(low, low | 0xfffffe00u, bit12 != 0u);
        if (imm != 0u) { w = type_i(imm, 2u, 0u, 2u, 0x13u); }
      } else if (imm6 != 0u) {
        w = (imm6 << 12u) | (rd << 7u) | 0x37u;
      }
    }
    case 0x0cu: {
      switch ((h >> 10u) & 3u) {
        case 0u: { if (bit12 == 0u) { w = type_i(rs2, rs1_c, 5u, rs1_c, 0x13u); } }
        case 1u: { if (bit12 == 0u) { w = type_i(rs2 | 0x400u, rs1_c, 5u, rs1_c, 0x13u); } }
        case 2u: { w = type_i(imm6, rs1_c, 7u, rs1_c, 0x13u); }
        default: {
          let op = (h >> 5u) & 3u;
          let f = select(select(select(7u, 6u, op == 2u), 4u, op == 1u), 0u, op == 0u);
          if (bit12 == 0u) { w = type_r(select(0u, 0x20u, op == 0u), rd_c, rs1_c, f, rs1_c); }
        }
      }
    }
    case 0x0eu, 0x0fu: {
      let imm = ((h >> 7u) & 0x18u) | ((h << 1u) & 0xc0u) | ((h >> 2u) & 6u) | ((h << 3u) & 0x20u);
      let low = ((imm & 0x1eu) << 7u) | ((imm & 0xe0u) << 20u);
      // A negative offset sets bit 12 and bits 10:8: instruction bits 31, 30:28, and bit 11 at instruction bit 7.
      w = low | select(0u, 0xf0000080u, bit12 != 0u) | (rs1_c << 15u) | ((f3 & 1u) << 12u) | 0x63u;
    }
    case 0x10u: { if (bit12 == 0u) { w = type_i(rs2, rd, 1u, rd, 0x13u); } }
    case 0x12u: {
      let imm = (bit12 << 5u) | ((h >> 2u) & 0x1cu) | ((h << 4u) & 0xc0u);
      if (rd != 0u) { w = type_i(imm, 2u, 2u, rd, 0x03u); }
    }
    case 0x14u: {
      if (rs2 == 0u) {
        if (rd != 0u) { w = type_i(0u, rd, 0u, bit12, 0x67u); } else if (bit12 != 0u) { w = 0x00100073u; }
      } else {
        w = type_r(0u, rs2, select(0u, rd, bit12 != 0u), 0u, rd);
      }
    }
    case 0x16u: { w = type_s(((h >> 7u) & 0x3cu) | ((h >> 1u) & 0xc0u), rs2, 2u); }
    default: {}
  }
  return w;
}
