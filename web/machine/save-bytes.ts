// Lets the reader save bytes as a file.

import { element } from '../shared/elements.js';

export function saveBytes(name: string, type: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = element('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The download has the data once its task has started; a minute is far beyond that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
