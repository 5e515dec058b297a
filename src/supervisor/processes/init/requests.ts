// What init does for others. Who asks is what the kernel stamped on the message; what it may ask is what the manifest says of its name. An answer that
// cannot be delivered undoes what was done for it.

import { ERROR, INIT_TAG, OBJECT, PID, RIGHT, SLOT, SYSCALL } from '../rt/abi.generated';
import { answered, ask, Cap, Message, nameOf, replyResult } from '../rt/kernel';
import { isName } from '../rt/lines';
import { Kill, policyOf } from './policy';
import { give, kill, report, rootOf, start, take } from './roots';
import {
  Child,
  children,
  childrenOf,
  closed,
  compare,
  forget,
  Given,
  given,
  grantedAt,
  heldOn,
  isFull,
  Service,
  serviceOf,
  services,
} from './tables';

/** The service for everybody. */
const MANAGER = 'permission_manager';

/** Serves a message of a process. Capabilities that nobody asked for are given up. */
export function serve(message: Message): void {
  if (message.tag === INIT_TAG.REGISTER && message.call === 0) return register(message);
  for (let i = 0; i < message.slots.length; i++) ask(SYSCALL.CAP_DELETE, message.slots[i]);
  if (message.tag === INIT_TAG.OUTCOME && message.from === PID.PERMISSION) return outcome(message);
  if (message.call === 0) return;
  switch (message.tag) {
    case INIT_TAG.SPAWN:
      return spawn(message);
    case INIT_TAG.KILL:
      return end(message);
    case INIT_TAG.CONNECT:
      return connect(message);
    case INIT_TAG.GRANT:
      return grant(message);
    case INIT_TAG.REVOKE:
      return revoke(message);
    default:
      refuse(message, ERROR.NOSYS);
  }
}

function refuse(message: Message, error: i64): void {
  replyResult(message.call, INIT_TAG.ANSWER, -error);
}

function spawn(message: Message): void {
  const name = message.data.rest();
  const from = message.from;
  const policy = policyOf(nameOf(from));
  if (!message.data.ok || !isName(name)) return refuse(message, ERROR.INVAL);
  if (!policy.spawn.includes(name)) return refuse(message, ERROR.PERM);
  if (childrenOf(from) >= policy.children || isFull(from)) return refuse(message, ERROR.NOMEM);
  const pid = start(name);
  if (pid < 0) return refuse(message, -pid);
  const root = rootOf(OBJECT.PROCESS, pid);
  const rights = policy.kill === Kill.NONE ? RIGHT.READ : RIGHT.READ | RIGHT.WRITE;
  const slot = root ? give(root, from, rights) : -ERROR.NOENT;
  if (slot < 0) {
    kill(<u32>pid);
    return refuse(message, -slot);
  }
  children.push(new Child(<u32>pid, from));
  given.push(new Given(from, <u32>slot, OBJECT.PROCESS, pid, rights, PID.INIT));
  // Nobody waits for it any more.
  if (replyResult(message.call, INIT_TAG.ANSWER, pid, <u32>slot) < 0) kill(<u32>pid);
}

/** By the asker's own Process capability: init takes it back, which works only while it is there. */
function end(message: Message): void {
  const pid = message.data.u32();
  if (!message.data.done()) return refuse(message, ERROR.INVAL);
  const from = message.from;
  if (pid <= PID.PERMISSION) return refuse(message, ERROR.PERM);
  let may = policyOf(nameOf(from)).kill === Kill.ANY;
  for (let row = heldOn(from, pid, RIGHT.WRITE); !may && row; row = heldOn(from, pid, RIGHT.WRITE)) {
    may = take(from, row.slot) > 0;
    forget(from, row.slot);
  }
  replyResult(message.call, INIT_TAG.ANSWER, may ? kill(pid) : -ERROR.PERM);
}

function connect(message: Message): void {
  const name = message.data.rest();
  const from = message.from;
  if (!message.data.ok || !isName(name)) return refuse(message, ERROR.INVAL);
  if (name !== MANAGER && !policyOf(nameOf(from)).connect.includes(name)) return refuse(message, ERROR.PERM);
  const service = serviceOf(name);
  if (!service) return refuse(message, ERROR.NOENT);
  const slot = give(new Cap(service.slot, OBJECT.ENDPOINT, RIGHT.WRITE, service.endpoint), from, RIGHT.WRITE);
  if (slot < 0) return refuse(message, -slot);
  if (replyResult(message.call, INIT_TAG.ANSWER, 0, <u32>slot) < 0) take(from, <u32>slot);
}

/** A service shows where it is reached. Its name is the process's. */
function register(message: Message): void {
  const from = message.from;
  const slot = message.slots.length === 1 ? message.slots[0] : SLOT.NONE;
  for (let i = 1; i < message.slots.length; i++) ask(SYSCALL.CAP_DELETE, message.slots[i]);
  if (slot === SLOT.NONE) {
    if (message.slots.length > 1) ask(SYSCALL.CAP_DELETE, message.slots[0]);
    return;
  }
  const name = nameOf(from);
  const other = serviceOf(name);
  const named = name === MANAGER ? from === PID.PERMISSION : policyOf(name).serve;
  const endpoint = endpointIn(slot);
  if (!named || endpoint < 0 || (other && other.pid !== from)) {
    ask(SYSCALL.CAP_DELETE, slot);
    return;
  }
  if (other) {
    closed(other.slot);
    ask(SYSCALL.CAP_DELETE, other.slot);
  }
  services.push(new Service(name, from, slot, endpoint));
  if (name !== MANAGER) return;
  // It has to know who asks.
  const every = rootOf(OBJECT.PROCESS, 0);
  if (every) give(every, from, RIGHT.READ);
}

/** The endpoint behind a capability that may be handed on to send to it; -1 for anything else. */
function endpointIn(slot: u32): i64 {
  if (ask(SYSCALL.CAP_INSPECT, slot) !== 1) return -1;
  const info = answered();
  const type = info.u8();
  const rights = info.u8();
  info.u16();
  info.u32();
  const wanted = RIGHT.WRITE | RIGHT.GRANT;
  return type === OBJECT.ENDPOINT && (rights & wanted) === wanted ? <i64>info.u64() : -1;
}

/** Of the permission manager only. */
function grant(message: Message): void {
  if (message.from !== PID.PERMISSION) return refuse(message, ERROR.PERM);
  const request = message.data.u32();
  const pid = message.data.u32();
  const type = message.data.u8();
  const rights = message.data.u8();
  const object = message.data.u64();
  if (!message.data.done()) return refuse(message, ERROR.INVAL);
  if (isFull(pid)) compare();
  const root = rootOf(type, object);
  let slot: i64 = -ERROR.NOENT;
  if (isFull(pid)) slot = -ERROR.NOMEM;
  else if (root) slot = (rights & ~root.rights) !== 0 ? -ERROR.PERM : give(root, pid, rights);
  if (slot < 0) {
    report(request, pid, slot, SLOT.NONE);
    return refuse(message, -slot);
  }
  given.push(new Given(pid, <u32>slot, type, object, rights, PID.PERMISSION));
  let result: i64 = 0;
  if (replyResult(message.call, INIT_TAG.ANSWER, 0, <u32>slot) < 0) {
    take(pid, <u32>slot);
    forget(pid, <u32>slot);
    result = -ERROR.AGAIN;
  }
  report(request, pid, result, <u32>slot);
}

/** Of the permission manager only, and only what was handed out on its word. */
function revoke(message: Message): void {
  if (message.from !== PID.PERMISSION) return refuse(message, ERROR.PERM);
  const pid = message.data.u32();
  const slot = message.data.u32();
  if (!message.data.done()) return refuse(message, ERROR.INVAL);
  if (!grantedAt(pid, slot, PID.PERMISSION)) return refuse(message, ERROR.NOENT);
  forget(pid, slot);
  // The process may have given it up itself: then there is nothing left to take.
  const gone = take(pid, slot);
  replyResult(message.call, INIT_TAG.ANSWER, gone < 0 ? 0 : gone);
}

/** How a request that the page was asked about was denied. */
function outcome(message: Message): void {
  const request = message.data.u32();
  const pid = message.data.u32();
  const error = message.data.u32();
  if (message.data.done() && error > 0 && error <= 0x7fffffff) report(request, pid, -(<i64>error), SLOT.NONE);
}
