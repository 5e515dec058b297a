// Types of setup.mjs.

import type { DebianPackage, PackageGroup } from './packages.mjs';

export function missing(group: PackageGroup, root?: string): { readonly packages: readonly DebianPackage[]; readonly nodeModules: boolean };
export function installCommand(packages: readonly Pick<DebianPackage, 'name'>[]): string;
export function setup(group: PackageGroup, options?: { readonly check?: boolean }): boolean;
