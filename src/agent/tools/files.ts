// Tools for the files that host and guest share: list_files, read_file, write_file.

import { GpuvisorError } from '../../isa/errors.js';
import type { SharedFolder } from '../../machine/virtio/nine/folder.js';
import { fromBase64, toBase64, utf8 } from '../bytes.js';
import type { Vm } from '../vm.js';
import type { Handler, OnMachine } from './tool.js';

interface ListFiles extends OnMachine {
  readonly path?: string;
}

interface ReadFile extends OnMachine {
  readonly path: string;
  readonly format?: 'text' | 'base64';
  readonly offset?: number;
  readonly length?: number;
}

interface WriteFile extends OnMachine {
  readonly path: string;
  readonly text?: string;
  readonly base64?: string;
}

/** Entries of one list. */
const MOST = 1000;
const LENGTH = 1 << 16;

function shareOf(vm: Vm): SharedFolder {
  if (vm.share) return vm.share;
  throw new GpuvisorError(
    'FILE_NOT_FOUND',
    `machine ${vm.id} shares no files: it runs a bare program`,
    'boot a Linux cartridge, for example "linux"',
  );
}

export const listFiles: Handler<ListFiles> = {
  order: 'beside',
  async act({ kernel_id, path }, { on }) {
    const vm = on(kernel_id);
    const share = shareOf(vm);
    const files = share.list(path).map(({ path: p, size, kind }) => ({ path: p, size, kind }));
    const mounts =
      path === undefined ? (await share.mounts()).map(({ path: p, size, writable }) => ({ path: p, size, writable })) : undefined;
    return { files: files.slice(0, MOST), count: files.length, mounts, bytes: share.bytes, capacity: share.capacity, kernel_id: vm.id };
  },
};

export const readFile: Handler<ReadFile> = {
  order: 'beside',
  act({ kernel_id, path, format, offset = 0, length = LENGTH }, { on }) {
    const vm = on(kernel_id);
    const all = shareOf(vm).read(path);
    const part = all.subarray(offset, offset + length);
    const text = format === 'base64' ? undefined : utf8(part);
    if (format === 'text' && text === undefined) {
      throw new GpuvisorError('BAD_ARGUMENT', `${path} is no UTF-8 text from byte ${offset} on`, 'pass "format": "base64"');
    }
    return Promise.resolve({
      path,
      size: all.length,
      offset,
      length: part.length,
      format: text === undefined ? 'base64' : 'text',
      data: text ?? toBase64(part),
      complete: offset + part.length >= all.length,
      kernel_id: vm.id,
    });
  },
};

export const writeFile: Handler<WriteFile> = {
  order: 'turn',
  act({ kernel_id, path, text, base64 }, { on, signal }) {
    const vm = on(kernel_id);
    const share = shareOf(vm);
    if ((text === undefined) === (base64 === undefined)) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        text === undefined ? 'text and base64 are missing' : 'both text and base64 are given',
        'pass one of the two',
      );
    }
    const bytes = text === undefined ? fromBase64('base64', base64!) : new TextEncoder().encode(text);
    // Between two slices: the guest never sees half of it.
    return vm.read(signal, () => {
      share.write(path, bytes);
      return { path, size: bytes.length, bytes: share.bytes, capacity: share.capacity, kernel_id: vm.id };
    });
  },
};
