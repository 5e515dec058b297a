// gpuvisor cartridge: pack, unpack, inspect and verify .rts.png files.

import { basename, join } from 'node:path';
import {
  type CartridgeContents,
  type CartridgeMeta,
  type CartridgeSegment,
  bootSettings,
  inspectCartridge,
  looksLike,
  packCartridge,
  segmentMap,
} from '../cartridge/index.js';
import { GpuvisorError } from '../isa/errors.js';
import { isElf, parseElf } from '../machine/elf.js';
import { parseImage } from '../machine/image.js';
import { MEMORY_MAPS, type MapName, checkMemoryMb } from '../machine/map.js';
import { encodePicture } from '../screen/index.js';
import { STATUS, printError } from './errors.js';
import { readInput, writeNew, writeOutput } from './files.js';
import { slowProgress } from './progress.js';
import { prepareFolder } from './shared-out.js';
import { openCartridge, plain, readSource } from './source.js';

/** Options of `gpuvisor cartridge pack`. */
export interface PackArguments {
  readonly kernel?: string;
  readonly program?: string;
  readonly initramfs?: string;
  readonly firmware?: string;
  readonly dtb?: string;
  readonly disk?: string;
  readonly bootArgs?: string;
  readonly memory?: number;
  readonly map?: MapName;
  readonly entry?: number;
  readonly segment?: readonly { readonly name: string; readonly path: string }[];
  readonly name?: string;
  readonly contentVersion?: string;
  readonly compress: boolean;
}

const bad = (message: string, hint: string): GpuvisorError => new GpuvisorError('BAD_ARGUMENT', message, hint);

/** For commander: collects every `--segment NAME=FILE`. @throws GpuvisorError BAD_ARGUMENT */
export function collectSegments(text: string, before: readonly { name: string; path: string }[] = []): { name: string; path: string }[] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) throw bad(`--segment is ${text}; it takes NAME=FILE`, 'for example --segment glyphs=glyphs.json');
  return [...before, { name: text.slice(0, at), path: text.slice(at + 1) }];
}

/** An address in decimal or hexadecimal. @throws GpuvisorError BAD_ARGUMENT */
export function address(text: string): number {
  const value = Number(text);
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(text) || value >= 2 ** 32 || value % 4 !== 0) {
    throw bad(`--entry is ${text}; it takes an address below 2^32, a multiple of 4`, 'for example --entry 0x80000000');
  }
  return value;
}

/** Packs files into a cartridge. */
export async function pack(out: string, args: PackArguments): Promise<number> {
  const segments = await readSegments(args);
  const type = args.kernel !== undefined ? 'kernel' : args.program !== undefined ? 'program' : args.disk !== undefined ? 'disk' : 'data';
  const contents: CartridgeContents = {
    name: args.name ?? basename(out).replace(/(\.rts)?\.png$/, ''),
    type,
    contentVersion: args.contentVersion ?? '',
    segments,
    compress: args.compress,
  };
  const { progress, end } = slowProgress(`packing ${out}`);
  let png: Uint8Array;
  try {
    png = await packCartridge(contents, { progress });
  } finally {
    end();
  }
  await writeOutput('cartridge', out, png);
  process.stdout.write(describe(out, png.length, await inspectCartridge(png)));
  return STATUS.OK;
}

async function readSegments(args: PackArguments): Promise<CartridgeSegment[]> {
  if (args.kernel !== undefined && args.program !== undefined)
    throw bad('--kernel and --program together', 'a cartridge has one kernel: leave out one of the two');
  const segments: CartridgeSegment[] = [];
  const add = async (name: string, path: string | undefined, check: (bytes: Uint8Array) => void = () => {}): Promise<void> => {
    if (path === undefined) return;
    const bytes = await readInput(name, path);
    check(bytes);
    segments.push({ name, type: name, bytes });
  };
  const isKind = (option: string, expected: RegExp, what: string) => (bytes: Uint8Array) => {
    const kind = looksLike(bytes);
    if (!expected.test(kind)) throw bad(`${option} is ${kind}; it takes ${what}`, 'check the path; --segment NAME=FILE packs anything');
  };
  await add('kernel', args.kernel, (bytes) => void (isElf(bytes) ? parseElf(bytes) : parseImage(bytes)));
  await add('kernel', args.program, (bytes) => void parseElf(bytes));
  await add('initramfs', args.initramfs);
  await add('firmware', args.firmware);
  await add('dtb', args.dtb, isKind('--dtb', /device tree/, 'a flattened device tree'));
  await add('disk', args.disk, (bytes) => {
    if (bytes.length === 0 || bytes.length % 512 !== 0) {
      throw bad(`--disk has ${bytes.length} bytes; a disk has a positive multiple of 512`, 'pad it with `truncate -s %512`');
    }
  });
  for (const { name, path } of args.segment ?? []) await add(name, path);
  const boot = bootSegment(args);
  if (boot) segments.push(boot);
  if (segments.length === 0) throw bad('there is nothing to pack', 'give --kernel, --program, --disk or --segment; --help shows examples');
  return segments;
}

function bootSegment(args: PackArguments): CartridgeSegment | undefined {
  const settings = {
    ...(args.bootArgs !== undefined && { bootargs: args.bootArgs }),
    ...(args.memory !== undefined && { memory_mb: args.memory }),
    ...(args.map !== undefined && { map: args.map }),
    ...(args.entry !== undefined && { entry: args.entry }),
  };
  if (Object.keys(settings).length === 0) return undefined;
  if (args.kernel === undefined && args.program === undefined) {
    throw bad('--boot-args, --memory, --map and --entry say how a kernel starts, and there is none', 'add --kernel or --program');
  }
  if (args.memory !== undefined) checkMemoryMb(MEMORY_MAPS[args.map ?? 'visual'], args.memory);
  const segment = { name: 'boot', type: 'boot', bytes: new TextEncoder().encode(JSON.stringify(settings)) };
  // What will be refused when it boots is refused now.
  bootSettings({ segments: new Map([['boot', segment]]) });
  return segment;
}

/** Writes the segments of a cartridge into files. */
export async function unpack(place: string, args: { readonly out?: string }): Promise<number> {
  const { segments } = await openCartridge(place, await readSource('cartridge', place));
  const folder = args.out ?? basename(place.replace(/[?#].*$/, '')).replace(/(\.rts)?\.png$/, '');
  if (folder === '') throw bad(`${place} gives no name for a folder`, 'choose one with --out');
  await prepareFolder('--out', folder);
  for (const { name, bytes } of segments.values()) {
    const path = join(folder, name);
    await writeNew(`segment ${name}`, path, bytes);
    process.stdout.write(`${path}  ${count(bytes.length)} bytes\n`);
  }
  return STATUS.OK;
}

/** Says what a cartridge says about itself; with `preview`, draws where its segments lie. */
export async function inspect(place: string, args: { readonly json?: boolean; readonly preview?: string }): Promise<number> {
  const png = await readSource('cartridge', place);
  const meta = await inspectCartridge(png);
  process.stdout.write(args.json ? `${JSON.stringify(meta, undefined, 2)}\n` : describe(place, png.length, meta));
  if (args.preview !== undefined) {
    const map = segmentMap(meta);
    await writeOutput('preview', args.preview, encodePicture(map));
    if (!args.json) {
      process.stdout.write(`\n${args.preview}: the content along the Hilbert curve, from the top left\n`);
      for (const { segment, colour } of map.legend) process.stdout.write(`  ${colour.padEnd(9)}  ${segment.name}\n`);
    }
  }
  return STATUS.OK;
}

/** Reads cartridges to the last byte and verifies every hash. Status 1 when one of them is not whole. */
export async function verify(places: readonly string[]): Promise<number> {
  let status: number = STATUS.OK;
  for (const place of places) {
    try {
      const { meta, segments } = await openCartridge(place, await readSource('cartridge', place));
      process.stdout.write(`ok   ${place}: ${segments.size} segments, ${count(meta.dataSize)} bytes, SHA-256 ${meta.dataHash}\n`);
    } catch (e) {
      if (!(e instanceof GpuvisorError)) throw e;
      process.stdout.write(`BAD  ${place}\n`);
      printError(e);
      status = STATUS.FAILED;
    }
  }
  return status;
}

const count = (n: number): string => n.toLocaleString('en-US');

/** A cartridge in a few lines. */
function describe(place: string, size: number, meta: CartridgeMeta): string {
  const lines = [
    `${place}: ${count(size)} bytes, ${meta.side} x ${meta.side} pixels`,
    `  name      ${plain(meta.name) || '-'}`,
    `  type      ${plain(meta.type) || '-'}`,
    `  version   ${plain(meta.contentVersion) || '-'}`,
    `  content   ${count(meta.dataSize)} bytes${meta.compressed ? `, compressed to ${count(meta.encodedSize)}` : ''}, SHA-256 ${meta.dataHash}`,
    '  segments',
    ...meta.segments.map(
      (s) =>
        `    ${s.name.padEnd(12)} ${count(s.end - s.start).padStart(12)} bytes at ${count(s.start).padEnd(12)} ${s.sha256 ?? 'no hash of its own'}${s.type === s.name ? '' : `  (${plain(s.type)})`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
