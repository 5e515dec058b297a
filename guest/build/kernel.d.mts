// Types of what kernel.mjs offers beside the build itself.

export function missingAnswers(fragment: string, config: string): string[];
