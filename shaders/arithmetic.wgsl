// 64-bit arithmetic in pairs of words: x is the low word, y the high one.

fn add64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let lo = a.x + b.x;
  return vec2<u32>(lo, a.y + b.y + select(0u, 1u, lo < a.x));
}

fn sub64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

/// a >= b, unsigned.
fn ge64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return (a.y > b.y) | ((a.y == b.y) & (a.x >= b.x));
}

/// High word of the unsigned product.
fn mulhu(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let mid = ah * bl + ((al * bl) >> 16u);
  let low = al * bh + (mid & 0xffffu);
  return ah * bh + (mid >> 16u) + (low >> 16u);
}

/// The M extension but for MUL, by funct3 (unprivileged manual, ch. 13). WGSL division by zero gives the dividend: the rule is spelt out.
fn muldiv(f3: u32, a: u32, b: u32) -> u32 {
  let a_minus = (a >> 31u) == 1u;
  let b_minus = (b >> 31u) == 1u;
  let high = mulhu(a, b);
  let mulhsu = high - select(0u, b, a_minus);
  let is_signed = (f3 & 1u) == 0u;
  let ua = select(a, 0u - a, is_signed & a_minus);
  let ub = select(b, 0u - b, is_signed & b_minus);
  let divisor = select(ub, 1u, ub == 0u);
  let uq = ua / divisor;
  let ur = ua - uq * divisor;
  let q = select(select(uq, 0u - uq, is_signed & (a_minus != b_minus)), 0xffffffffu, b == 0u);
  let r = select(select(ur, 0u - ur, is_signed & a_minus), a, b == 0u);
  var result = select(q, r, f3 >= 6u);
  if (f3 == 1u) { result = mulhsu - select(0u, a, b_minus); }
  if (f3 == 2u) { result = mulhsu; }
  if (f3 == 3u) { result = high; }
  return result;
}

/// What an AMO stores, by funct5 (unprivileged manual, 14.4). `old` is the word in memory, `b` is rs2. SC stores b.
fn amo(f5: u32, old: u32, b: u32) -> u32 {
  let less = bitcast<i32>(old) < bitcast<i32>(b);
  let below = old < b;
  var v = b;
  if (f5 == 0x00u) { v = old + b; }
  if (f5 == 0x04u) { v = old ^ b; }
  if (f5 == 0x08u) { v = old | b; }
  if (f5 == 0x0cu) { v = old & b; }
  if (f5 == 0x10u) { v = select(b, old, less); }
  if (f5 == 0x14u) { v = select(old, b, less); }
  if (f5 == 0x18u) { v = select(b, old, below); }
  if (f5 == 0x1cu) { v = select(old, b, below); }
  return v;
}
