// The `boot` segment: how a cartridge wants to be started.

import { MAX_MEMORY_MB, MEMORY_MAPS, type MapName } from '../machine/map.js';
import { invalid, quoted } from './invalid.js';
import { isObject, parseJson } from './json.js';
import type { Cartridge } from './read.js';

/** What the `boot` segment may say: JSON with these keys, each of them optional. */
export interface BootSettings {
  /** The kernel command line, printable ASCII, at most 2048 characters. */
  readonly bootargs?: string;
  /** RAM, MiB. */
  readonly memory_mb?: number;
  readonly map?: MapName;
  /** Where an ELF kernel is entered instead of at its own entry: a physical address, a multiple of 4. */
  readonly entry?: number;
}

const MAX_SETTINGS_BYTES = 64 << 10;
/** COMMAND_LINE_SIZE of Linux on RISC-V is 1024 to 2048, by version. */
const MAX_BOOTARGS = 2048;

/** The settings, checked; empty when there is no `boot` segment. Unknown keys are left out. @throws GpuvisorError CARTRIDGE_INVALID */
export function bootSettings(cartridge: Pick<Cartridge, 'segments'>): BootSettings {
  const bytes = cartridge.segments.get('boot')?.bytes;
  if (bytes === undefined) return {};
  const bad = (what: string): Error => invalid(`its boot segment ${what}`, 'pack it anew with --boot-args, --memory and --map');
  if (bytes.length > MAX_SETTINGS_BYTES) throw bad(`has ${bytes.length} bytes; at most ${MAX_SETTINGS_BYTES} are allowed`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw bad('is no UTF-8 text');
  }
  const parsed = parseJson(text);
  if (typeof parsed === 'string') throw bad(`cannot be read: ${parsed}`);
  if (!isObject(parsed.value)) throw bad('is no JSON object');
  const { bootargs, memory_mb: memory, map, entry } = parsed.value;
  if (bootargs !== undefined && (typeof bootargs !== 'string' || bootargs.length > MAX_BOOTARGS || !/^[\x20-\x7e]*$/.test(bootargs))) {
    throw bad(`has bootargs ${quoted(bootargs)}; they take printable ASCII, at most ${MAX_BOOTARGS} characters`);
  }
  if (memory !== undefined && !(Number.isInteger(memory) && (memory as number) > 0 && (memory as number) <= MAX_MEMORY_MB)) {
    throw bad(`has memory_mb ${quoted(memory)}; it takes a whole number from 1 to ${MAX_MEMORY_MB}`);
  }
  if (map !== undefined && !(typeof map === 'string' && Object.hasOwn(MEMORY_MAPS, map))) {
    throw bad(`has map ${quoted(map)}; there are ${Object.keys(MEMORY_MAPS).join(' and ')}`);
  }
  if (
    entry !== undefined &&
    !(Number.isInteger(entry) && (entry as number) >= 0 && (entry as number) < 2 ** 32 && (entry as number) % 4 === 0)
  ) {
    throw bad(`has entry ${quoted(entry)}; it takes an address below 2^32, a multiple of 4`);
  }
  return {
    ...(bootargs !== undefined && { bootargs }),
    ...(memory !== undefined && { memory_mb: memory as number }),
    ...(map !== undefined && { map: map as MapName }),
    ...(entry !== undefined && { entry: entry as number }),
  };
}
