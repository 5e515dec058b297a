// Tools that look at the screen: frame, read_text, find_element.

import { GpuvisorError } from '../../isa/errors.js';
import { type Picture, type Region, crop, encodePicture, readText as readPicture, shrink } from '../../screen/index.js';
import { toBase64 } from '../bytes.js';
import type { Hypervisor } from '../hypervisor.js';
import type { Fields } from '../result.js';
import { rowsOf } from '../screen-log.js';
import { steady } from '../steady.js';
import type { Sight } from '../view.js';
import { type Vm, readCursor, writeCursor } from '../vm.js';
import type { Context, Handler, OnMachine } from './tool.js';

/** Raw pixels of one call at most, bytes. */
const MAX_RAW = 1 << 18;
/** Lines of the serial console that are shown unless asked for otherwise; characters at most. */
const SERIAL_LINES = 40;
export const MAX_TEXT = 1 << 16;

interface Frame extends OnMachine {
  readonly format?: 'png' | 'rgba' | 'bytes';
  readonly region?: Region;
  readonly max_width?: number;
}

interface ReadText extends OnMachine {
  readonly region?: Region;
  readonly source?: 'screen' | 'uart';
  readonly since?: string;
}

/** How long a guest that draws may keep a reader or a picture waiting, ms. */
const READ_MS = 1000;
const FRAME_MS = 250;

/** The screen, whole unless the guest draws without end. @throws GpuvisorError NO_SCREEN */
export async function look(vm: Vm, signal: AbortSignal, ms = READ_MS): Promise<Sight> {
  const sight = await steady(vm, signal, ms);
  if (sight) return sight;
  throw new GpuvisorError(
    'NO_SCREEN',
    `machine ${vm.id} has no screen (map ${vm.status.map})`,
    'call hypervisor_read_text {"source":"uart"} for what its serial console printed',
  );
}

export const frame: Handler<Frame> = {
  order: 'beside',
  async act(input, { on, signal, hypervisor }) {
    const vm = on(input.kernel_id);
    const { picture, number } = await look(vm, signal, FRAME_MS);
    const part = input.region ? crop(picture, input.region) : picture;
    const shown = input.max_width === undefined ? { ...part, scale: 1 } : shrink(part, input.max_width);
    const { width, height, scale } = shown;
    return {
      width,
      height,
      data: encoded(shown, input.format ?? 'png'),
      timestamp: Date.now(),
      format: input.format ?? 'png',
      scale,
      native_width: picture.width,
      native_height: picture.height,
      region: input.region,
      kernel_id: vm.id,
      visibility: hypervisor.host.visibility(),
      cursor: writeCursor({ serial: vm.serial.end, screen: number }),
    };
  },
};

function encoded(p: Picture, format: 'png' | 'rgba' | 'bytes'): string {
  if (format === 'png') return `data:image/png;base64,${toBase64(encodePicture(p))}`;
  if (p.rgba.length > MAX_RAW) {
    throw new GpuvisorError(
      'TOO_LARGE',
      `${p.width}x${p.height} pixels are ${p.rgba.length} raw bytes; ${MAX_RAW} are allowed`,
      'pass a smaller "region" (256x256 fits) or "max_width", or use format "png"',
    );
  }
  if (format === 'rgba') return toBase64(p.rgba);
  const bytes = p.rgba.slice();
  for (let i = 0; i < bytes.length; i += 4) {
    [bytes[i], bytes[i + 2]] = [bytes[i + 2]!, bytes[i]!];
    bytes[i + 3] = 0;
  }
  return toBase64(bytes);
}

/** Text recognition for `readText` and `findElements`. */
export function ocrOf(hypervisor: Hypervisor): { ocr?: NonNullable<ReturnType<Hypervisor['ocr']>> } {
  const ocr = hypervisor.ocr();
  return ocr ? { ocr } : {};
}

export const atlasOf = (vm: Vm): { atlas?: NonNullable<Vm['view']['atlas']> } => (vm.view.atlas ? { atlas: vm.view.atlas } : {});

export const readText: Handler<ReadText> = {
  order: 'beside',
  async act(input, context) {
    const vm = context.on(input.kernel_id);
    const source = input.source ?? (vm.screenSize ? 'screen' : 'uart');
    if (source === 'uart') {
      if (input.region)
        throw new GpuvisorError(
          'BAD_ARGUMENT',
          'region is given, and the serial console has no places',
          'leave it out, or read the screen',
        );
      return serialText(vm, input.since);
    }
    if (input.since !== undefined) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        'since is given for the screen',
        'pass "source": "uart", or use hypervisor_wait_for to wait for something new',
      );
    }
    const sight = await look(vm, context.signal);
    const read = await screenText(vm, sight, context, input.region);
    const { text, confidence, lines } = read;
    const { cursor } = sight.text ?? {};
    return {
      text,
      confidence: round(confidence),
      source: read.source,
      lines: lines.map((line) => ({ text: line.text, bounds: line.bounds, confidence: round(line.confidence) })),
      text_cursor: cursor,
      kernel_id: vm.id,
      timestamp: Date.now(),
      cursor: writeCursor({ serial: vm.serial.end, screen: sight.number }),
    };
  },
};

/** The text on the screen, or a region of it, by glyphs or OCR. */
export async function screenText(
  vm: Vm,
  sight: Sight,
  { hypervisor, signal }: Pick<Context, 'hypervisor' | 'signal'>,
  region?: Region,
): ReturnType<typeof readPicture> {
  if (sight.text && !region) return sight.text;
  const read = await readPicture(sight.picture, { ...atlasOf(vm), ...ocrOf(hypervisor), ...(region && { region }), signal });
  if (!region) vm.view.log.remember(sight.number, rowsOf(read.text));
  return read;
}

function serialText(vm: Vm, since: string | undefined): Fields {
  const from = since === undefined ? undefined : readCursor(vm, since).serial;
  const all = from === undefined ? vm.serial.lastLines(SERIAL_LINES).join('\n') : vm.serial.since(from);
  const cut = all.length > MAX_TEXT;
  return {
    text: cut ? all.slice(-MAX_TEXT) : all,
    confidence: 1,
    source: 'uart',
    truncated: cut || (from !== undefined && from < vm.serial.begin),
    kernel_id: vm.id,
    timestamp: Date.now(),
    cursor: writeCursor({ serial: vm.serial.end, screen: vm.view.log.last }),
  };
}

export const round = (x: number): number => Math.round(x * 1000) / 1000;
