// Files that are dropped on the page, or chosen.

import { GpuvisorError } from '../../../src/isa/errors.js';
import { byId } from '../../shared/elements.js';

/** As large as a cartridge or a snapshot may be. */
const MOST_BYTES = 512 << 20;

/** @throws GpuvisorError TOO_LARGE, FILE_NOT_FOUND when it cannot be read (a folder) */
export async function readFile(file: File): Promise<Uint8Array> {
  if (file.size > MOST_BYTES) {
    throw new GpuvisorError(
      'TOO_LARGE',
      `${file.name} has ${file.size} bytes; ${MOST_BYTES} are allowed`,
      'make the disk or the memory smaller',
    );
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new GpuvisorError('FILE_NOT_FOUND', `${file.name} cannot be read`, 'drop a file, not a folder', { cause });
  }
}

/** Shows that files can be dropped while one is held over the page, and hands over the first. */
export function catchDrops(take: (file: File) => void): void {
  const veil = byId('drop');
  const holds = (event: DragEvent): boolean => [...(event.dataTransfer?.types ?? [])].includes('Files');
  document.addEventListener('dragenter', (event) => {
    if (holds(event)) veil.hidden = false;
  });
  document.addEventListener('dragover', (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    // Out of the window.
    if (event.relatedTarget === null) veil.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    veil.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
}
