// What the manifest lets a process ask of init, by the process's name. It comes as lines of input before anything else:
//
//   spawn NAME COUNT OTHER...     may have these started, so many at a time
//   kill NAME own|any             may have its own ended, or everybody
//   connect NAME SERVICE...       may reach these services
//   serve NAME                    may offer a service under its name
//   boot NAME                     init starts it
//   end                           that was all
//
// A line that is none of these is left out: what is not said is denied.

import { MANIFEST } from '../rt/abi.generated';
import { isName, number, words } from '../rt/lines';

/** Whom a process may have killed. */
export enum Kill {
  NONE,
  OWN,
  ANY,
}

export class Policy {
  spawn: string[] = [];
  children: i32 = 0;
  kill: Kill = Kill.NONE;
  connect: string[] = [];
  serve: bool = false;
}

const policies = new Map<string, Policy>();
const nothing = new Policy();

/** What init starts, in order. */
export const boot: string[] = [];

/** The policy of a process; of a name nobody knows: nothing. */
export function policyOf(name: string): Policy {
  return policies.has(name) ? policies.get(name) : nothing;
}

function open(name: string): Policy {
  if (policies.has(name)) return policies.get(name);
  if (policies.size >= <i32>MANIFEST.NAMES) return new Policy();
  const policy = new Policy();
  policies.set(name, policy);
  return policy;
}

/** The names from word `at` on; those beyond the bound are left out. */
function names(list: string[], at: i32): string[] {
  const found: string[] = [];
  for (let i = at; i < list.length && found.length < <i32>MANIFEST.LIST; i++) if (isName(list[i])) found.push(list[i]);
  return found;
}

/** One line. True for the last one. */
export function read(line: string): bool {
  const list = words(line);
  if (list.length === 1 && list[0] === 'end') return true;
  if (list.length < 2 || !isName(list[1])) return false;
  const verb = list[0];
  const name = list[1];
  if (verb === 'boot' && list.length === 2 && boot.length < <i32>MANIFEST.LIST) boot.push(name);
  if (verb === 'serve' && list.length === 2) open(name).serve = true;
  if (verb === 'connect') open(name).connect = names(list, 2);
  if (verb === 'kill' && list.length === 3) open(name).kill = list[2] === 'any' ? Kill.ANY : list[2] === 'own' ? Kill.OWN : Kill.NONE;
  if (verb === 'spawn' && list.length > 3) {
    const count = number(list[2], MANIFEST.NAMES);
    const policy = open(name);
    policy.children = max(<i32>count, 0);
    policy.spawn = names(list, 3);
  }
  return false;
}
