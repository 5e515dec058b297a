// Types of what others use of recipe.mjs.

export function stepKeys(): Readonly<Record<string, string>>;
export function guestKey(): string;
export function guestFolder(env?: Readonly<Record<string, string | undefined>>): string;
