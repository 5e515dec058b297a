// The clipboard, which a browser may keep to itself.

import { GpuvisorError } from '../../src/isa/errors.js';

/** @throws GpuvisorError PERMISSION_DENIED where the browser does not allow it, or has none for a page that came over plain HTTP */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (cause) {
    throw new GpuvisorError(
      'PERMISSION_DENIED',
      'the browser did not let the page write to the clipboard',
      'allow it for this page, which has to come over HTTPS or from localhost',
      { cause },
    );
  }
}
