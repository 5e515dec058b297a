// Help, and refusals: what went wrong by its name, and what to try next.

import { ERROR } from '../rt/abi.generated';
import { errorWord } from './words';

class Entry {
  constructor(
    readonly name: string,
    /** The words that follow it. */
    readonly form: string,
    readonly what: string,
  ) {}
}

const ENTRIES: Entry[] = [
  new Entry('help', '[COMMAND]', 'this list, or one line of it'),
  new Entry('ps', '', 'the processes you may see'),
  new Entry('caps', '[SLOT]', 'your capabilities, or all about one'),
  new Entry('spawn', 'NAME', 'has init start a process; you get its Process capability'),
  new Entry('kill', 'PID', 'has init end a process whose Process capability you hold with w'),
  new Entry('grant', 'SLOT PID RIGHTS', 'gives a process what you hold with g; RIGHTS: some of rwg'),
  new Entry('revoke', 'PID SLOT', 'takes back what came of yours, and all that came of it'),
  new Entry('drop', 'SLOT', 'gives up a capability of your own'),
  new Entry('request', 'TYPE OBJECT RIGHTS [REASON]', 'asks the permission manager (process 0: every process)'),
  new Entry('permissions', '', 'what the permission manager granted you'),
  new Entry('release', 'SLOT', 'gives back what the permission manager granted'),
  new Entry('connect', 'NAME', 'a capability to send to a service'),
  new Entry('send', 'SLOT TEXT', 'sends a message to an endpoint'),
  new Entry('call', 'SLOT TEXT', 'sends, and waits 5 seconds for the answer'),
  new Entry('inbox', '', 'messages to your own endpoint, slot 0'),
  new Entry('echo', 'TEXT', 'shows TEXT'),
  new Entry('time', '', 'how long since boot, and the date'),
  new Entry('log', 'TEXT', "writes TEXT to the supervisor's log"),
  new Entry('clear', '', 'clears the screen'),
  new Entry('exit', '[CODE]', 'ends this terminal'),
];

function find(name: string): Entry | null {
  for (let i = 0; i < ENTRIES.length; i++) if (ENTRIES[i].name === name) return ENTRIES[i];
  return null;
}

function row(entry: Entry): string {
  return `${entry.name} ${entry.form}`.padEnd(36) + entry.what + '\r\n';
}

export function help(name: string): string {
  if (name.length > 0) {
    const entry = find(name);
    return entry ? row(entry) : unknown(name);
  }
  let text = '';
  for (let i = 0; i < ENTRIES.length; i++) text += row(ENTRIES[i]);
  return text + 'Keys: arrows, Home, End, Del, Ctrl-A E K U W; Ctrl-C drops the line, Ctrl-L clears the screen.\r\n';
}

export function unknown(name: string): string {
  return `${name}: no such command. Type help for the list.\r\n`;
}

/** A command with words that it does not take. */
export function usage(name: string): string {
  const entry = find(name);
  return `usage: ${name} ${entry ? entry.form : ''}\r\n`;
}

/** What to try next, for a command and an error. */
function next(name: string, error: i64): string {
  if (error === ERROR.AGAIN) {
    if (name === 'request') return 'The page did not answer in time. Ask again when somebody is there.';
    return name === 'send' || name === 'call' ? 'The other side does not keep up. Try again.' : 'The service does not answer. Try again.';
  }
  if (error === ERROR.NOMEM)
    return name === 'spawn' ? 'No more may run at a time. kill one first.' : 'A quota is used up. drop or release what is not needed.';
  if (error === ERROR.OVERFLOW) return 'Too long. Use fewer words.';
  if (name === 'spawn')
    return error === ERROR.INVAL ? 'A name is a-z, then a-z 0-9 _ -.' : 'The manifest does not let this terminal start it.';
  if (name === 'kill') return 'You hold no Process capability with w on it. ps shows yours; request process PID w asks for another.';
  if (name === 'request')
    return error === ERROR.NOENT ? 'There is no such object, or no permission manager.' : 'The manifest or the page does not allow it.';
  if (name === 'release') return 'The permission manager granted nothing in that slot. Type permissions.';
  if (name === 'connect')
    return error === ERROR.NOENT ? 'Nobody offers it now. spawn it first.' : 'The manifest does not let this terminal reach it.';
  if (error === ERROR.BADF) return 'Nothing of that kind is in that slot. Type caps.';
  if (name === 'grant')
    return error === ERROR.NOENT ? 'There is no such process.' : 'You need g in that slot, and some of the rights you give.';
  if (name === 'revoke') return 'Nothing there came of what you hold with g.';
  if (error === ERROR.NOENT) return 'Nobody can answer.';
  return 'The right is missing. Type caps.';
}

/** A command that was refused. `error` as a syscall or service gave it. */
export function refusal(name: string, error: i64): string {
  return `${name}: ${errorWord(error)}. ${next(name, -error)}\r\n`;
}
