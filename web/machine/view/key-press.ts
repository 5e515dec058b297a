// The parts of a KeyboardEvent that a KeyCapture wants.

import type { KeyPress } from '../input/key-capture.js';

export function keyPressOf(event: KeyboardEvent): KeyPress {
  const { code, key, ctrlKey, shiftKey, altKey, metaKey, repeat } = event;
  const type = event.type === 'keyup' ? 'keyup' : 'keydown';
  // What an input method is still at work on is not typed yet.
  const composing = event.isComposing || key === 'Process';
  return {
    type,
    code: composing ? '' : code,
    key,
    ctrlKey,
    shiftKey,
    altKey,
    metaKey,
    repeat,
    altGraph: event.getModifierState('AltGraph'),
  };
}
