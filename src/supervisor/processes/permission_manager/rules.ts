// The rules of the manifest: who may have what. They come as lines of input before anything else:
//
//   request NAME TYPE OBJECT|* RIGHTS allow|ask|deny      the first rule that covers a request decides
//   ask-time MILLISECONDS                                 how long the page has to answer
//   end                                                   that was all
//
// What no rule covers is denied, and a line that is none of these is no rule.

import { MANIFEST, OBJECT, RIGHT, SERVICE } from '../rt/abi.generated';
import { isName, number, SAFE, words } from '../rt/lines';

export enum Answer {
  DENY,
  ASK,
  ALLOW,
}

class Rule {
  constructor(
    readonly name: string,
    readonly type: u32,
    /** -1: any. */
    readonly object: i64,
    readonly rights: u32,
    readonly answer: Answer,
  ) {}
}

const rules: Rule[] = [];
/** Milliseconds. */
export let askTime: u32 = SERVICE.ASK_TIME;

export function decide(name: string, type: u32, object: i64, rights: u32): Answer {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    if (rule.name !== name || rule.type !== type || (rule.object >= 0 && rule.object !== object)) continue;
    if ((rights & ~rule.rights) === 0) return rule.answer;
  }
  return Answer.DENY;
}

/** One line. True for the last one. */
export function read(line: string): bool {
  const list = words(line);
  if (list.length === 1 && list[0] === 'end') return true;
  if (list.length === 2 && list[0] === 'ask-time') {
    const time = number(list[1], SERVICE.ASK_TIME_MOST);
    if (time > 0) askTime = <u32>time;
  }
  if (list.length !== 6 || list[0] !== 'request' || !isName(list[1])) return false;
  const type = number(list[2], OBJECT.VM);
  const object = list[3] === '*' ? -1 : number(list[3], SAFE);
  const rights = number(list[4], RIGHT.ALL);
  const answer = list[5] === 'allow' ? Answer.ALLOW : list[5] === 'ask' ? Answer.ASK : Answer.DENY;
  const good = type > 0 && rights > 0 && (object >= 0 || list[3] === '*');
  if (good && rules.length < <i32>(MANIFEST.NAMES * MANIFEST.LIST)) rules.push(new Rule(list[1], <u32>type, object, <u32>rights, answer));
  return false;
}
