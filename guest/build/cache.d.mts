// Types of cache.mjs.

type Environment = Readonly<Record<string, string | undefined>>;

export const GUEST_FOLDER: string;
export function cacheRoot(env?: Environment): string;
export function guestCache(env?: Environment): string;
export function keyOf(paths: readonly string[], texts?: readonly string[]): string;
export function sha256File(path: string): string;
export function fillOnce(target: string, fill: (temporary: string) => Promise<void>): Promise<boolean>;
export function takeLock(folder: string, onWait?: (pid: number) => void): Promise<() => void>;
export function sweep(folder: string): void;
