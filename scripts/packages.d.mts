// Types of packages.mjs.

/** A Debian 12 package that the project uses. */
export interface DebianPackage {
  readonly name: string;
  readonly group: 'start' | 'test';
  readonly why: string;
  /** A command whose presence shows, on other systems, that the thing is there. */
  readonly command?: string;
}

export type PackageGroup = 'start' | 'test' | 'all';

export const PACKAGES: readonly DebianPackage[];
export const GROUPS: Readonly<Record<PackageGroup, readonly DebianPackage['group'][]>>;
export function packagesFor(group: PackageGroup): readonly DebianPackage[];
