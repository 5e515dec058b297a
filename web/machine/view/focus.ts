// Where the focus goes when a pane lets go of it.

const CONTROLS = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, [tabindex]';

/** Focuses the first control that stands behind an element: where Tab would have gone. */
export function focusBehind(element: HTMLElement): void {
  const all = [...document.querySelectorAll<HTMLElement>(CONTROLS)].filter((e) => e.tabIndex >= 0 && e.checkVisibility());
  const behind = all.find((e) => !element.contains(e) && element.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
  (behind ?? all[0])?.focus();
}
