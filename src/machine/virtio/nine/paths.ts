// Paths of a shared folder as its host gives them: where mounts appear in the guest, and files below /shared.

import { GpuvisorError } from '../../../isa/errors.js';
import { MAX_DEPTH, MAX_NAME, nameBytes } from './tree.js';

/** Where the guest sees what is shared. */
export const SHARED_PATH = '/shared';
/** Bytes of a mount's path. */
const MAX_PATH = 1024;
/** Places where a mount would hide what the guest needs to see the mounts at all. */
const TAKEN = [SHARED_PATH, '/run/gpuvisor'];

/** Why a path cannot be used, or undefined. The path of a mount begins with a slash and names every step. */
function fault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with /';
  if (/[\0-\x1f\x7f]/.test(path)) return 'it has a control character in it';
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(path)) return 'it is not well-formed Unicode';
  const names = path.slice(1).split('/');
  if (names.includes('')) return path === '/' ? 'it is the root' : 'it has an empty name in it';
  if (names.includes('.') || names.includes('..')) return 'it has . or .. in it';
  if (names.length > MAX_DEPTH - 2 || nameBytes(path) > MAX_PATH) return `it is longer than ${MAX_PATH} bytes or ${MAX_DEPTH - 2} names`;
  if (names.some((n) => nameBytes(n) > MAX_NAME)) return `a name in it is longer than ${MAX_NAME} bytes`;
  return undefined;
}

/** Checks the paths of all mounts. @throws GpuvisorError MOUNT_INVALID */
export function checkMountPaths(paths: readonly string[]): void {
  const refuse = (path: unknown, why: string): never => {
    throw new GpuvisorError(
      'MOUNT_INVALID',
      `a mount at ${shown(path)} cannot be: ${why}`,
      'give each file a path of its own in the guest, such as /data/input.csv',
    );
  };
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const path of paths) {
    const why = typeof path === 'string' ? fault(path) : 'it is not text';
    if (why) refuse(path, why);
    // The list of mounts is read line by line by a shell, which drops spaces at the end.
    if (/\s$/.test(path)) refuse(path, 'it ends with a space');
    const taken = TAKEN.find((t) => path === t || path.startsWith(`${t}/`));
    if (taken) refuse(path, `${taken} is where shared files are; put files there with write()`);
    if (files.has(path)) refuse(path, 'two files have that path');
    files.add(path);
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
  }
  for (const path of paths) if (folders.has(path)) refuse(path, 'another mount is below it');
}

/**
 * The names of a path below /shared, given from there or absolute: none for /shared itself. Undefined when it is somewhere else.
 * What a guest named is found as it is; `isPlain` says whether a host may make it.
 */
export function sharedNames(path: string): string[] | undefined {
  if (typeof path !== 'string') return undefined;
  if (path === '' || path === SHARED_PATH) return [];
  if (path.startsWith('/') && !path.startsWith(`${SHARED_PATH}/`)) return undefined;
  return (path.startsWith('/') ? path.slice(SHARED_PATH.length + 1) : path).split('/');
}

/** Whether a host may make a file of these names. */
export const isPlain = (names: readonly string[]): boolean => names.length > 0 && fault(`/${names.join('/')}`) === undefined;

export const shown = (path: unknown): string =>
  JSON.stringify(typeof path === 'string' && path.length > 80 ? `${path.slice(0, 80)}…` : path);
