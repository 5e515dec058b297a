// Addresses of agents: hexadecimal text (or a number), read strictly, written as the seven first tools write them.

import { GpuvisorError } from '../isa/errors.js';

/** Sv32 has 34-bit physical addresses. */
const PHYSICAL_BITS = 34;
const VIRTUAL_BITS = 32;

/**
 * Reads an address of `bits` bits: `0x` and hexadecimal digits, or a whole number.
 * @throws GpuvisorError BAD_ARGUMENT when it is no such thing, ADDRESS_OUT_OF_RANGE when it has more bits
 */
function parse(field: string, value: unknown, bits: number): number {
  const bad = (): never => {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `${field} is ${typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)}; an address is 0x and hexadecimal digits`,
      'for example "0x03000000"',
    );
  };
  let address: number;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) bad();
    address = value;
  } else if (typeof value === 'string' && /^0[xX][0-9a-fA-F]+$/.test(value)) {
    address = Number.parseInt(value.slice(2), 16);
  } else return bad();
  if (address >= 2 ** bits) {
    throw new GpuvisorError(
      'ADDRESS_OUT_OF_RANGE',
      `${field} is ${typeof value === 'string' ? value.slice(0, 40) : hex(value as number, 0)}; it has ${bits} bits at most (${hex(2 ** bits - 1, 0)})`,
      bits === VIRTUAL_BITS ? 'a virtual address of Sv32 has 32 bits' : 'a physical address of Sv32 has 34 bits',
    );
  }
  return address;
}

/** @throws GpuvisorError BAD_ARGUMENT, ADDRESS_OUT_OF_RANGE beyond 34 bits */
export const physicalAddress = (field: string, value: unknown): number => parse(field, value, PHYSICAL_BITS);

/** @throws GpuvisorError BAD_ARGUMENT, ADDRESS_OUT_OF_RANGE beyond 32 bits */
export const virtualAddress = (field: string, value: unknown): number => parse(field, value, VIRTUAL_BITS);

/** `0x` and at least `digits` hexadecimal digits. */
export function hex(value: number, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** @throws GpuvisorError UNALIGNED_ADDRESS unless `address` is a multiple of `size` */
export function checkAligned(field: string, address: number, size: number): void {
  if (address % size === 0) return;
  const below = address - (address % size);
  throw new GpuvisorError(
    'UNALIGNED_ADDRESS',
    `${field} is ${hex(address)}; it must be a multiple of ${hex(size, 0)}`,
    `${hex(below)} is the multiple below it`,
  );
}
