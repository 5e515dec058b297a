// Types of what userland.mjs offers beside the build itself.

export function mergeAnswers(config: string, fragment: string): string;
