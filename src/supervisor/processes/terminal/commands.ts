// The commands. Each takes the words of its line and gives what is to be shown.

import { ERROR, SERVICE, SLOT, SYSCALL } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { answered, ask, call, caps, debug, exit, failure, Message, poll, processes, send } from '../rt/kernel';
import { number, SAFE, U32, words } from '../rt/lines';
import * as services from '../rt/services';
import { help, refusal, unknown, usage } from './help';
import { date, seconds } from './time';
import { objectWord, rightsOf, rightsWord, typeOf } from './words';

/** The slot that sends to the permission manager; asked of init when it is needed first. */
let door: u32 = SLOT.NONE;
/** Messages `inbox` shows at a time. */
const SHOWN = 20;
/** Tag of the messages of `send` and `call`. */
const TEXT: u32 = 0x7465;
const PATIENCE: u32 = 5000;

/** Runs a line; what is to be shown. */
export function run(line: string): string {
  const list = words(line);
  if (list.length === 0) return '';
  const name = list[0];
  const text = line.substring(line.indexOf(name) + name.length).trim();
  if (name === 'help' || name === '?') return help(list.length > 1 ? list[1] : '');
  if (name === 'ps') return ps();
  if (name === 'caps') return list.length > 1 ? inspect(list[1]) : list_caps();
  if (name === 'spawn') return spawn(list);
  if (name === 'kill') return kill(list);
  if (name === 'grant') return grant(list);
  if (name === 'revoke') return revoke(list);
  if (name === 'drop') return drop(list);
  if (name === 'request') return request(list, text);
  if (name === 'permissions') return permissions();
  if (name === 'release') return release(list);
  if (name === 'connect') return connect(list);
  if (name === 'send' || name === 'call') return deliver(name, list, text);
  if (name === 'inbox') return inbox();
  if (name === 'echo') return text + '\r\n';
  if (name === 'time') return `${seconds(ask(SYSCALL.TIME))} since boot, ${date(ask(SYSCALL.WALLCLOCK))}\r\n`;
  if (name === 'log') return log(text);
  if (name === 'clear') return '\x1b[2J\x1b[H';
  if (name === 'exit') return leave(list);
  return unknown(name);
}

/** Word `at` as a pid or slot, or -1. */
function u32At(list: string[], at: i32): i64 {
  return at < list.length ? number(list[at], U32) : -1;
}

const STATES: StaticArray<string> = ['starting', 'running', 'blocked'];
const KINDS: StaticArray<string> = ['supervisor', 'wasm', 'vm', 'principal'];

function ps(): string {
  const rows = processes();
  let text = ' pid  parent  kind        state     name\r\n';
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const kind = row.kind < <u32>KINDS.length ? KINDS[row.kind] : '?';
    const state = row.state < <u32>STATES.length ? STATES[row.state] : '?';
    text += `${row.pid.toString().padStart(4)}  ${row.parent.toString().padStart(6)}  ${kind.padEnd(10)}  ${state.padEnd(8)}  ${row.name}\r\n`;
  }
  return rows.length > 1 ? text : text + 'You see yourself only. request process 0 r asks for all.\r\n';
}

function list_caps(): string {
  const rows = caps();
  let text = 'slot  rights  object\r\n';
  for (let i = 0; i < rows.length; i++) {
    const cap = rows[i];
    const note =
      cap.slot === SLOT.OWN
        ? '  (your own)'
        : cap.slot === SLOT.INPUT
          ? '  (your input)'
          : cap.slot === SLOT.INIT
            ? '  (init)'
            : cap.slot === SLOT.CONSOLE
              ? '  (your console)'
              : cap.slot === door
                ? '  (permission manager)'
                : '';
    text += `${cap.slot.toString().padStart(4)}  ${rightsWord(cap.rights).padEnd(6)}  ${objectWord(cap.type, cap.object)}${note}\r\n`;
  }
  return text;
}

function inspect(word: string): string {
  const slot = number(word, U32);
  if (slot < 0) return usage('caps');
  const result = ask(SYSCALL.CAP_INSPECT, <u32>slot);
  if (result < 0) return refusal('caps', result);
  const info = answered();
  const type = info.u8();
  const rights = info.u8();
  info.u16();
  info.u32();
  const object = info.u64();
  const generation = info.u32();
  info.u32();
  const expiry = <i64>info.u64();
  const id = info.u64();
  const until = expiry === 0 ? 'for ever' : `until ${seconds(expiry)} after boot`;
  return `slot ${slot}: ${objectWord(type, object)}, rights ${rightsWord(rights)}, ${until}, generation ${generation}, id ${id}\r\n`;
}

function spawn(list: string[]): string {
  if (list.length !== 2) return usage('spawn');
  const pid = services.spawn(list[1]);
  if (pid < 0) return refusal('spawn', pid);
  return `${list[1]} is process ${pid}; slot ${services.slot} is your capability on it.\r\n`;
}

function kill(list: string[]): string {
  const pid = u32At(list, 1);
  if (pid < 0 || list.length !== 2) return usage('kill');
  const result = services.kill(<u32>pid);
  return result < 0 ? refusal('kill', result) : `process ${pid} was ended.\r\n`;
}

function grant(list: string[]): string {
  const slot = u32At(list, 1);
  const pid = u32At(list, 2);
  const rights = list.length === 4 ? rightsOf(list[3]) : 0;
  if (slot < 0 || pid < 0 || rights === 0) return usage('grant');
  const result = ask(SYSCALL.CAP_GRANT, <u32>slot, <u32>pid, rights);
  return result < 0 ? refusal('grant', result) : `process ${pid} has it in its slot ${result}. revoke ${pid} ${result} takes it back.\r\n`;
}

function revoke(list: string[]): string {
  const pid = u32At(list, 1);
  const slot = u32At(list, 2);
  if (pid < 0 || slot < 0 || list.length !== 3) return usage('revoke');
  const result = ask(SYSCALL.CAP_REVOKE, <u32>pid, <u32>slot);
  return result < 0 ? refusal('revoke', result) : `${result} gone.\r\n`;
}

function drop(list: string[]): string {
  const slot = u32At(list, 1);
  if (slot < 0 || list.length !== 2) return usage('drop');
  const result = ask(SYSCALL.CAP_DELETE, <u32>slot);
  if (result < 0) return refusal('drop', result);
  if (slot === <i64>door) door = SLOT.NONE;
  return `slot ${slot} is empty.\r\n`;
}

/** The way to the permission manager; an error without one. */
function reach(): i64 {
  if (door !== SLOT.NONE && ask(SYSCALL.CAP_INSPECT, door) === 1) return 0;
  const result = services.connect('permission_manager');
  door = result < 0 ? SLOT.NONE : services.slot;
  return result;
}

function request(list: string[], text: string): string {
  const type = list.length > 1 ? typeOf(list[1]) : 0;
  const object = list.length > 2 ? number(list[2], SAFE) : -1;
  const rights = list.length > 3 ? rightsOf(list[3]) : 0;
  if (type === 0 || object < 0 || rights === 0) return usage('request');
  let reason = '';
  for (let i = 4; i < list.length; i++) reason += (i > 4 ? ' ' : '') + list[i];
  if (String.UTF8.byteLength(reason) > <i32>SERVICE.REASON) return refusal('request', -ERROR.OVERFLOW);
  const way = reach();
  if (way < 0) return refusal('request', way);
  const result = services.request(door, type, <u64>object, rights, reason);
  return result < 0 ? refusal('request', result) : `granted: slot ${services.slot}.\r\n`;
}

function permissions(): string {
  const way = reach();
  if (way < 0) return refusal('permissions', way);
  const answer = services.granted(door);
  if (!answer) return refusal('permissions', failure);
  const count = <i32>answer.data.u32();
  if (count < 0) return refusal('permissions', count);
  let text = count === 0 ? 'The permission manager granted you nothing.\r\n' : '';
  for (let i = 0; i < count && answer.data.ok; i++) {
    const slot = answer.data.u32();
    const type = answer.data.u8();
    const rights = answer.data.u8();
    text += `slot ${slot}: ${objectWord(type, answer.data.u64())}, rights ${rightsWord(rights)}\r\n`;
  }
  return text;
}

function release(list: string[]): string {
  const slot = u32At(list, 1);
  if (slot < 0 || list.length !== 2) return usage('release');
  const way = reach();
  if (way < 0) return refusal('release', way);
  const result = services.release(door, <u32>slot);
  return result < 0 ? refusal('release', result) : `slot ${slot} was given back.\r\n`;
}

function connect(list: string[]): string {
  if (list.length !== 2) return usage('connect');
  const result = services.connect(list[1]);
  return result < 0 ? refusal('connect', result) : `slot ${services.slot} sends to ${list[1]}.\r\n`;
}

/** `send` and `call`: the words behind the slot. */
function deliver(name: string, list: string[], text: string): string {
  const slot = u32At(list, 1);
  if (slot < 0 || list.length < 3) return usage(name);
  const data = write().text(text.substring(text.indexOf(list[1]) + list[1].length).trim());
  if (name === 'send') {
    const result = send(<u32>slot, TEXT, data);
    return result < 0 ? refusal(name, result) : 'sent.\r\n';
  }
  const answer = call(<u32>slot, TEXT, PATIENCE, data);
  return answer ? show(answer) : refusal(name, failure);
}

/** A message of another process, in one line. What cannot be shown is not. */
function show(message: Message): string {
  const length = message.data.left;
  let text = message.data.rest();
  if (!message.data.ok) text = `${length} bytes that are no text`;
  let plain = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    plain += c < 0x20 || (c >= 0x7f && c < 0xa0) ? '.' : text.charAt(i);
  }
  const slots = message.slots.length === 0 ? '' : ` (capabilities in slots ${message.slots.toString()})`;
  return `from process ${message.from}: ${plain}${slots}\r\n`;
}

function inbox(): string {
  let text = '';
  for (let i = 0; i < SHOWN; i++) {
    const message = poll(SLOT.OWN);
    if (!message) return text.length > 0 ? text : failure === -ERROR.AGAIN ? 'Nothing.\r\n' : refusal('inbox', failure);
    text += show(message);
  }
  return text + 'There may be more: inbox again.\r\n';
}

function log(text: string): string {
  if (text.length === 0) return usage('log');
  const result = debug(text);
  return result < 0 ? refusal('log', result) : '';
}

function leave(list: string[]): string {
  const code = list.length > 1 ? number(list[1], 255) : 0;
  if (code < 0 || list.length > 2) return usage('exit');
  exit(<i32>code);
  return '';
}
