// Predecoding: one instruction word becomes two words that the loops need no shifts to understand (but for rs2 and rd).
// Entry x: rs1 [4:0], rs2 [9:5], rd [15:10] (32 = sink), kind [19:16], size or operand flags [21:20], HOT [22], SHORT [23] (a 16-bit instruction), generation [31:24].
// Entry y: immediate, ready to add; branch and jump offsets in units of pc (PC_SHIFT); the raw instruction for AMO and SLOW.

const SINK: u32 = 32u;
const KIND: u32 = 0x000f0000u;
const HOT: u32 = 0x00400000u;
const SHORT: u32 = 0x00800000u;
const GENERATION: u32 = 0xff000000u;
const GENERATION_ONE: u32 = 0x01000000u;

// HOT kinds: the innermost loop.
const ALU_ADD: u32 = 0x00000u;
const ALU_SUB: u32 = 0x10000u;
const ALU_SLT: u32 = 0x20000u;
const ALU_XOR: u32 = 0x30000u;
const ALU_OR: u32 = 0x40000u;
const ALU_AND: u32 = 0x50000u;
const ALU_SLL: u32 = 0x60000u;
const ALU_SR: u32 = 0x70000u;
const BRANCH: u32 = 0x80000u;
const BRANCH_EQ: u32 = 0x20000u;
const BRANCH_NOT: u32 = 0x10000u;
const OPERAND_IMM: u32 = 0x00100000u;
const SIGNED: u32 = 0x00200000u;

// Kinds of the middle loop.
const K_LOAD: u32 = 0x00000u;
const K_STORE: u32 = 0x10000u;
const K_JAL: u32 = 0x20000u;
const K_JALR: u32 = 0x30000u;
const K_AUIPC: u32 = 0x40000u;
const K_MUL: u32 = 0x50000u;
const K_LOADU: u32 = 0x60000u;
// Kinds of the miss loop. The low three bits of MULDIV kinds are funct3.
const K_AMO: u32 = 0x70000u;
const K_MULDIV: u32 = 0x80000u;
const K_SLOW: u32 = 0x80000u;
const SIZE: u32 = 0x00300000u;
const SIZE_BYTE: u32 = 0x00000000u;
const SIZE_HALF: u32 = 0x00100000u;
const SIZE_WORD: u32 = 0x00200000u;

/// The entry of instruction word `w` under `generation`.
fn decode(w: u32, generation: u32) -> vec2<u32> {
  let opcode = w & 0x7fu;
  let f3 = (w >> 12u) & 7u;
  let f7 = w >> 25u;
  let rd = (w >> 7u) & 31u;
  let rs1 = (w >> 15u) & 31u;
  let rs2 = (w >> 20u) & 31u;
  let imm_i = bitcast<u32>(bitcast<i32>(w) >> 20u);
  let imm_s = (imm_i & 0xffffffe0u) | rd;
  let imm_b = (bitcast<u32>(bitcast<i32>(w) >> 19u) & 0xfffff000u) | ((rd & 1u) << 11u) | ((f7 & 0x3fu) << 5u) | (rd & 0x1eu);
  let imm_j = (bitcast<u32>(bitcast<i32>(w) >> 11u) & 0xfff00000u) | (w & 0xff000u) | ((rs2 & 1u) << 11u) | ((imm_i & 0x7feu));
  let sink = select(rd, SINK, rd == 0u);

  var kind = K_SLOW;
  var imm = w;
  var r1 = rs1;
  var dst = SINK;
  if ((opcode == 0x13u) | (opcode == 0x33u)) {
    let is_imm = opcode == 0x13u;
    let shift = (f3 & 3u) == 1u;
    let alternate = f7 == 0x20u;
    let plain = f7 == 0u;
    var k = ALU_ADD;
    if (f3 == 1u) { k = ALU_SLL; }
    if (f3 == 2u) { k = ALU_SLT | SIGNED; }
    if (f3 == 3u) { k = ALU_SLT; }
    if (f3 == 4u) { k = ALU_XOR; }
    if (f3 == 5u) { k = ALU_SR | select(0u, SIGNED, alternate); }
    if (f3 == 6u) { k = ALU_OR; }
    if (f3 == 7u) { k = ALU_AND; }
    if (!is_imm & (f3 == 0u) & alternate) { k = ALU_SUB; }
    let legal = select(plain | (alternate & ((f3 == 0u) | (f3 == 5u))), !shift | plain | (alternate & (f3 == 5u)), is_imm);
    if (legal) {
      kind = HOT | k | select(0u, OPERAND_IMM, is_imm);
      imm = select(imm_i, rs2, shift);
      dst = sink;
    } else if (!is_imm & (f7 == 1u)) {
      kind = select(K_MULDIV | SIZE_WORD | (f3 << 16u), K_MUL, f3 == 0u);
      dst = sink;
    }
  } else if (opcode == 0x03u) {
    if ((f3 < 6u) & (f3 != 3u)) {
      kind = select(K_LOAD, K_LOADU, f3 >= 4u) | ((f3 & 3u) << 20u);
      imm = imm_i;
      dst = sink;
    }
  } else if (opcode == 0x23u) {
    if (f3 < 3u) {
      kind = K_STORE | (f3 << 20u);
      imm = imm_s;
    }
  } else if (opcode == 0x63u) {
    if ((f3 != 2u) & (f3 != 3u) & (COMPRESSED | ((imm_b & 2u) == 0u))) {
      kind = HOT | BRANCH | select(0u, BRANCH_EQ, f3 < 2u) | select(0u, BRANCH_NOT, (f3 & 1u) != 0u) | select(0u, SIGNED, f3 < 6u);
      imm = bitcast<u32>(bitcast<i32>(imm_b) >> PC_SHIFT);
    }
  } else if (opcode == 0x37u) {
    kind = HOT | ALU_ADD | OPERAND_IMM;
    imm = w & 0xfffff000u;
    r1 = 0u;
    dst = sink;
  } else if (opcode == 0x17u) {
    kind = K_AUIPC;
    imm = w & 0xfffff000u;
    dst = sink;
  } else if (opcode == 0x6fu) {
    if (COMPRESSED | ((imm_j & 2u) == 0u)) {
      kind = K_JAL;
      imm = bitcast<u32>(bitcast<i32>(imm_j) >> PC_SHIFT);
      dst = sink;
    }
  } else if (opcode == 0x67u) {
    if (f3 == 0u) {
      kind = K_JALR;
      imm = imm_i;
      dst = sink;
    }
  } else if (opcode == 0x0fu) {
    if (f3 == 0u) {
      kind = HOT | ALU_ADD | OPERAND_IMM;
    }
  } else if (opcode == 0x2fu) {
    let f5 = f7 >> 2u;
    let rmw = (f5 < 2u) | (f5 == 3u) | (((f5 & 3u) == 0u) & (f5 < 0x1du));
    if ((f3 == 2u) & (rmw | ((f5 == 2u) & (rs2 == 0u)))) {
      kind = K_AMO | SIZE_WORD;
      dst = sink;
    }
  }
  return vec2<u32>(r1 | (rs2 << 5u) | (dst << 10u) | kind | generation, imm);
}

/// The entry of the instruction whose first half is the low half of `w`.
fn decode_any(w: u32, generation: u32) -> vec2<u32> {
  if (!COMPRESSED) { return decode(w, generation); }
  let short = (w & 3u) != 3u;
  let half = w & 0xffffu;
  let long_word = select(w, expand(half), short);
  let e = decode(long_word, generation | select(0u, SHORT, short));
  // What an illegal half reports is the half itself.
  return vec2<u32>(e.x, select(e.y, half, short & (long_word == 0u)));
}
