// hypervisor_find_element: buttons, texts, inputs, windows and icons, with their places.

import { findElements } from '../../screen/index.js';
import { atlasOf, look, ocrOf, round } from './screen.js';
import type { Handler, OnMachine } from './tool.js';

interface Find extends OnMachine {
  readonly element_type?: 'button' | 'text' | 'input' | 'window' | 'icon';
  readonly text_pattern?: string;
  readonly color?: string;
}

export const findElement: Handler<Find> = {
  order: 'beside',
  async act(input, { on, signal, hypervisor }) {
    const vm = on(input.kernel_id);
    const { picture } = await look(vm, signal);
    const { element_type: type, text_pattern: textPattern, color } = input;
    const found = await findElements(picture, {
      ...(type && { type }),
      ...(textPattern !== undefined && { textPattern }),
      ...(color !== undefined && { color }),
      ...atlasOf(vm),
      ...ocrOf(hypervisor),
      signal,
    });
    const elements = found.map((e) => ({ ...e, confidence: round(e.confidence) }));
    return { elements, count: elements.length, width: picture.width, height: picture.height, kernel_id: vm.id };
  },
};
