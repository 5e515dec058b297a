// Planted bugs of the kernel: one small wrong edit each, in the sources of src/supervisor/kernel.
import type { Mutant } from '../../../src/conformance/mutants/edit.js';

const of =
  (part: string) =>
  (name: string, find: string, replace = ''): Mutant => ({ name, part: `kernel/${part}`, find, replace });

const capabilities = of('capabilities');
const remove = of('remove');
const queue = of('queue');
const ipc = of('ipc');
const quota = of('quota');
const process = of('process');
const operation = of('operation');
const debug = of('debug');
const vm = of('vm');
const check = of('check');
const wait = of('wait');
const dispatch = of('dispatch');
const reduce = of('reduce');
const state = of('state');

export const KERNEL_MUTANTS: readonly Mutant[] = [
  capabilities(
    'grant needs no G',
    'pid: number, asked: number): Outcome {\n  const source = check(step.state, process, slot, undefined, RIGHT.GRANT);',
    'pid: number, asked: number): Outcome {\n  const source = check(step.state, process, slot, undefined, 0);',
  ),
  capabilities(
    'derive needs no G',
    'asked: number, lifetime: number): Outcome {\n  const source = check(step.state, process, slot, undefined, RIGHT.GRANT);',
    'asked: number, lifetime: number): Outcome {\n  const source = check(step.state, process, slot, undefined, 0);',
  ),
  capabilities('what is given is what is asked', 'const rights = source.rights & asked;', 'const rights = asked;'),
  capabilities('what is given is what is held', 'const rights = source.rights & asked;', 'const rights = source.rights;'),
  capabilities('a derived capability lives longer than its source', 'source.expiry < own', 'source.expiry > own'),
  capabilities('a grant forgets where it came from', 'parent: source.id', 'parent: 0'),
  capabilities('a grant forgets who gave it', 'parent: source.id, giver: giver.pid', 'parent: source.id, giver: 0'),
  capabilities('grants know no quota', "  if (roomForCaps(step.limits, to, giver.pid) < 1) return err('NOMEM');\n"),
  capabilities('anybody may revoke anything', '!mayRevoke(step, process, target)', 'false'),
  capabilities('revoke looks at the parent only', 'at; at = step.state.caps.get(at.parent)) {', 'at; at = undefined) {'),
  capabilities(
    'revoke tells what there is',
    "if (!target || !mayRevoke(step, process, target)) return err('PERM');",
    "if (!target) return err('BADF');\n  if (!mayRevoke(step, process, target)) return err('PERM');",
  ),
  capabilities(
    'revoking what came of one’s own needs no G',
    'const own = check(state, process, slot, undefined, RIGHT.GRANT);',
    'const own = check(state, process, slot, undefined, 0);',
  ),
  capabilities('the supervisor can be given capabilities', '!isRights(asked) || pid === 0', '!isRights(asked)'),

  remove('revoke does not cascade', '  for (const cap of order) for (const id of cap.children) order.push(step.state.caps.get(id)!);\n'),
  remove('the cascade stops at children', 'for (const cap of order) for (const id', 'for (const cap of [root]) for (const id'),
  remove('nobody is told', '    if (pid !== IN_FLIGHT && pid !== asker) step.notices.push({ pid, slot, type, object, reason });\n'),
  remove('who asked is told too', 'pid !== IN_FLIGHT && pid !== asker', 'pid !== IN_FLIGHT'),
  remove('a use outlives its right', 'if (use.cap === cap.id) cancelUse', 'if (use.cap === -1) cancelUse'),
  remove('a receiver waits on without its right', 'holder.wait.cap === cap.id) unblock', 'holder.wait.cap === -1) unblock'),
  remove(
    'endpoints that nobody receives from stay',
    '(cap.rights & RIGHT.READ) !== 0) step.loose',
    '(cap.rights & RIGHT.READ) === 8) step.loose',
  ),
  remove('calls outlive the endpoint they wait in', '    if (open) failCall(step, open);\n'),
  remove('capabilities outlive the message they are in', 'if (cap) removeTree(step, cap', 'if (cap && cap.id < 0) removeTree(step, cap'),
  remove(
    'the end of an object counts as a revoke',
    'if (step.state.caps.has(cap.id)) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE);',
    'if (step.state.caps.has(cap.id)) removeTree(step, cap, REVOKE_REASON.EXPLICIT);',
  ),

  queue('the last to wait is served first', 'endpoint.waiters[0]!', 'endpoint.waiters.at(-1)!'),
  queue(
    'messages wait though somebody waits for them',
    'while (endpoint.queue.length > 0 && endpoint',
    'while (endpoint.queue.length > 1 && endpoint',
  ),
  queue('one capability too many arrives', 'room-- <= 0', 'room-- < 0'),
  queue('notices go to the input slot only', '[SLOT.INPUT, SLOT.OWN]', '[SLOT.INPUT]'),
  queue('notices know no bound', 'if (tags.length - (lost ? 1 : 0) < step.limits.notices) post', 'if (tags) post'),
  queue('notices that found no room are forgotten', '  else if (!lost) post(step, endpoint, 0, TAG.NOTICES_LOST, NO_DATA);\n'),
  queue('each notice that found no room is told again', 'else if (!lost) post', 'else post'),
  queue('the floors above are not told of a revoke', "      step.effects.push({ kind: 'revoked', pid, slot, type, object, reason });\n"),
  queue('a message is the sender’s own buffer', 'data: data.slice()', 'data'),
  queue('a notice waits though its holder waits for it', '  deliver(step, endpoint);\n}\n\n/** Ends a step', '}\n\n/** Ends a step'),

  ipc(
    'anybody may send',
    'tag: number, data: Uint8Array): Outcome {\n  const way = endpointAt(step, process, slot, RIGHT.WRITE);',
    'tag: number, data: Uint8Array): Outcome {\n  const way = endpointAt(step, process, slot, 0);',
  ),
  ipc(
    'anybody may call',
    'timeout: number, data: Uint8Array): Outcome {\n  const way = endpointAt(step, process, slot, RIGHT.WRITE);',
    'timeout: number, data: Uint8Array): Outcome {\n  const way = endpointAt(step, process, slot, 0);',
  ),
  ipc(
    'anybody may receive',
    'timeout: number): Outcome {\n  const way = endpointAt(step, process, slot, RIGHT.READ);',
    'timeout: number): Outcome {\n  const way = endpointAt(step, process, slot, 0);',
  ),
  ipc(
    'anybody may send capabilities',
    'bytes: Uint8Array): Outcome {\n  const way = endpointAt(step, process, slot, RIGHT.WRITE);',
    'bytes: Uint8Array): Outcome {\n  const way = endpointAt(step, process, slot, 0);',
  ),
  ipc(
    'capabilities move without G',
    'check(step.state, process, from, undefined, RIGHT.GRANT)',
    'check(step.state, process, from, undefined, 0)',
  ),
  ipc('a capability is sent twice in one message', "  if (new Set(slots).size !== slots.length) return err('INVAL');\n"),
  ipc('any number of capabilities in a message', 'length > SIZE.MESSAGE || count > SIZE.MESSAGE_CAPS', 'length > SIZE.MESSAGE'),
  ipc('a use goes on though its right is sent away', 'if (caps.includes(use.cap)) cancelUse', 'if (caps.length > 99) cancelUse'),
  ipc(
    'a full queue takes more capabilities',
    "from: process.pid, length, caps: count })) return err('AGAIN');",
    'from: process.pid, length, caps: count })) void 0;',
  ),
  ipc('a full queue takes more calls', "caps: 0 })) return err('AGAIN');\n  const id", 'caps: 0 })) void 0;\n  const id'),
  ipc(
    'a full queue takes more messages',
    "caps: 0 })) return err('AGAIN');\n  post(step, endpoint, process.pid, tag, data);",
    'caps: 0 })) void 0;\n  post(step, endpoint, process.pid, tag, data);',
  ),
  ipc('a full queue takes more input', "if (!roomForInput(step.limits, endpoint, data.length)) return err('AGAIN');\n"),
  ipc('receive waits for ever', 'cap: cap.id, timeout }', 'cap: cap.id, timeout: 0 }'),
  ipc('calls wait for ever', 'call: id, timeout }', 'call: id, timeout: 0 }'),
  ipc('receive takes any flag', "  if ((flags & ~RECEIVE_NOBLOCK) !== 0) return err('INVAL');\n"),
  ipc('anybody may answer a call', 'if (open?.server !== process.pid)', 'if (open?.server === undefined)'),
  ipc('an answer has any length', "  if (data.length > SIZE.MESSAGE) return err('OVERFLOW');\n  const caller", '  const caller'),
  ipc('endpoints know no quota', "  if (process.endpoints.size >= step.limits.endpoints) return err('NOMEM');\n"),
  ipc('the capability of an endpoint knows no quota', "  if (roomForCaps(step.limits, process, process.pid) < 1) return err('NOMEM');\n"),

  quota('one sender may fill a queue', 'return mine < limits.queueShare && caps', 'return caps'),
  quota('one message too many of a sender', 'mine < limits.queueShare', 'mine <= limits.queueShare'),
  quota('one message too many', 'all >= limits.queue ||', 'all > limits.queue ||'),
  quota('a queue holds any number of bytes', ' || bytes > limits.queueBytes', ''),
  quota('a process holds any number of bytes', '  if (bytes > limits.processBytes) return false;\n'),
  quota('input takes any number of places', 'inputs < limits.queue && ', ''),
  quota('input takes any number of bytes', " && bytesOf(endpoint, 'input') + length <= limits.queueBytes", ''),
  quota('input and notices take the places of messages', "    if (sortOf(m) !== 'process') continue;\n", ''),
  quota('messages take the places of input', ".filter((m) => sortOf(m) === 'input').length", '.length'),
  quota('any number of capabilities on the way', ' && caps <= limits.queueCaps', ''),
  quota('one process may fill another’s slots', 'limits.capsFromOne - one', 'limits.caps'),
  quota('strangers together may fill a process’s slots', ', limits.capsFromOthers - others', ''),
  quota('everybody holds as much as init', 'process.pid === PID.INIT ? limits.initCaps : limits.caps', 'limits.initCaps'),
  quota('init’s grants count as pushed', ' && giver !== PID.INIT;', ';'),

  process('any number of processes', 'processCount(state) >= limits.processes || ', ''),
  process('a parent holds more than it may', " && roomForCaps(limits, parent, PID.SUPERVISOR) < 2) return err('NOMEM');", ') void 0;'),
  process('exit loses its code', 'code: code | 0', 'code: 0'),
  process(
    'what a dead process gave lives on',
    'for (const cap of process.slots.values()) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE, pid);',
    '',
  ),
  process(
    'callers wait for a dead server',
    'if (call.server === pid) failCall(step, call);',
    'if (call.server === -1) failCall(step, call);',
  ),
  process(
    'capabilities on a dead process stay',
    '  for (const type of [OBJECT.PROCESS, OBJECT.CONSOLE, OBJECT.VM]) removeOn(step, type, pid);\n',
  ),
  process('uses of a dead agent go on', 'if (use.pid === pid || use.vm === pid) cancelUse', 'if (use.vm === pid) cancelUse'),
  process('the supervisor can be killed', "  if (pid === PID.SUPERVISOR) return err('PERM');\n"),
  process('nobody stops a worker that is gone', "  step.effects.push({ kind: 'ended', pid, name: process.name, ...how, text });\n"),
  process('everybody sees everybody', '(every || seen.has(p.pid))', 'seen'),
  process('a listing needs no R', ' && (cap.rights & RIGHT.READ) !== 0) seen', ') seen'),
  process('timeouts come a moment late', 'wait.deadline <= now', 'wait.deadline < now'),
  process('capabilities expire a moment early', 'if (now > cap.expiry)', 'if (now >= cap.expiry)'),
  process('capabilities do not expire', 'if (now > cap.expiry)', 'if (now < 0)'),
  process('expiry counts as a revoke', 'REVOKE_REASON.EXPIRED', 'REVOKE_REASON.EXPLICIT'),
  reduce('time-outs do not set the alarm', '    if (c.deadline !== 0) s.alarm = Math.min(s.alarm, c.deadline);\n'),
  reduce('expiry does not set the alarm', '      s.alarm = Math.min(s.alarm, expiry + 1);\n'),
  process('the alarm is set once', '  setAlarm(state);\n', '  state.alarm = Infinity;\n'),
  process(
    'input may be handed on',
    'newEndpoint(step, process, RIGHT.READ, SLOT.INPUT)',
    'newEndpoint(step, process, RIGHT.ALL, SLOT.INPUT)',
  ),

  operation('a process that starts may ask', "  if (process.state === PROCESS_STATE.STARTING) return err('AGAIN');\n"),
  operation(
    'a process may ask while it waits',
    "  if (process.state === PROCESS_STATE.BLOCKED && op.kind === 'syscall') return err('BUSY');\n",
  ),
  operation(
    'processes do what the supervisor does',
    "origin === PID.SUPERVISOR ? bySupervisor(step, op) : err('PERM')",
    'bySupervisor(step, op)',
  ),
  operation('what follows from a step is left out', '  settle(step);\n  return outcome;', '  return outcome;'),
  operation('time is looked at by nobody', '  due(step);\n'),
  operation('roots of endpoints are given out', ' || type === OBJECT.ENDPOINT) return', ') return'),
  operation('minting knows no quota', "  if (roomForCaps(step.limits, to, PID.SUPERVISOR) < 1) return err('NOMEM');\n"),

  debug('anybody speaks as init', "  if (process.pid !== PID.INIT) return err('PERM');\n"),
  debug('init grants what it does not name', "      if (source.type !== type || source.object !== object) return err('INVAL');\n"),
  debug('init kills without W', 'OBJECT.PROCESS, RIGHT.WRITE)', 'OBJECT.PROCESS, 0)'),
  debug('init kills by the right to another', "      if (right.object !== pid && right.object !== EVERY_PROCESS) return err('PERM');\n"),
  debug('a spawn that failed is fetched', 'if (pid >= 0) step', 'if (pid) step'),

  vm('observing is controlling', 'check(step.state, process, slot, OBJECT.VM, rights)', 'check(step.state, process, slot, OBJECT.VM, 0)'),
  vm('another machine than the one that is meant', "  if (vm !== undefined && cap.object !== vm) return err('BADF');\n"),
  vm('any number of uses', "  if (going >= step.limits.uses) return err('NOMEM');\n"),
  vm('anybody ends a use', 'if (use?.pid !== process.pid)', 'if (!use)'),
  vm('rights outlive the machine they were to', 'if (cap.parent !== 0 && step', 'if (cap.parent < 0 && step'),
  state('machines to come are no object', '      if (object === MACHINES_TO_COME) return 1;\n'),
  ipc('input wakes no machine', "  if (process.kind === KIND.VM) step.effects.push({ kind: 'input', pid: process.pid });\n"),
  vm('uses outlive the machine they were of', 'if (use.vm === pid) cancelUse', 'if (use.vm === -1) cancelUse'),

  check('any kind of object will do', "  if (type !== undefined && cap.type !== type) return err('BADF');\n"),
  check('stale capabilities are good', "  if (!isCurrent(state, cap)) return err('BADF');\n"),
  check('any rights argument is one', 'rights >= 1 && rights <= RIGHT.ALL', 'rights >= 1'),
  check('rights are not looked at', "  if ((rights & ~cap.rights) !== 0) return err('PERM');\n"),

  wait('a call outlives its caller', 'wait.kind === WAIT.CALL && step.state', 'wait.kind === WAIT.SLEEP && step.state'),
  wait(
    'a use ends without a commit',
    "  step.commit({ type: 'UseEnded', use: use.id, how });\n  step.effects",
    '  step.state.uses.delete(use.id);\n  step.effects',
  ),
  wait('nobody stops a cancelled use', "  step.effects.push({ kind: 'cancel', use: use.id, pid: use.pid, vm: use.vm });\n"),
  wait('a woken process gets no answer', 'if (result !== undefined) step.answer', 'if (result === 0) step.answer'),

  dispatch('a console needs no W', 'OBJECT.CONSOLE, RIGHT.WRITE)', 'OBJECT.CONSOLE, 0)'),
  dispatch('one may write any length', "  if (data.length > SIZE.CONSOLE) return err('OVERFLOW');\n"),
  dispatch('what does not fit the mailbox is clipped', "if (!data) return err('OVERFLOW');", 'data ??= new Uint8Array(0);'),
  dispatch('a call’s number has one half', 'low + high * 2 ** 32', 'low'),

  reduce('the log may give more rights than the parent has', '(c.rights & ~parent.rights) === 0', 'parent'),
  reduce(
    'the log may give a longer life than the parent has',
    'parent.expiry === 0 || (c.expiry !== 0 && c.expiry <= parent.expiry)',
    'parent',
  ),
  reduce('the log may change what a capability is about', 'parent.type === c.objectType && parent.object === c.object', 'parent'),
  reduce('pids come again', '    s.processes.delete(c.pid);\n', '    s.processes.delete(c.pid);\n    s.nextPid = c.pid;\n'),
  reduce('slots come again', '  process.nextSlot = slot + 1;', '  process.nextSlot = slot;'),
  reduce('what came of what is given up hangs on nothing', 's.caps.get(id)!.parent = cap.parent;', 's.caps.get(id)!.parent = 0;'),
  reduce('the dead are remembered for ever', '    if (s.ended.length > ENDED_KEPT) s.ended.shift();\n'),
  reduce('epochs go back', 'need(c.epoch > s.epoch', 'need(c.epoch !== s.epoch'),
  reduce('a parent may go before its children', 'c.reason === 0 || cap.children.size === 0', 'cap'),
  reduce('a queue forgets how much it holds', '  endpoint.bytes -= endpoint.queue[at]!.length;\n'),
  reduce('a moved capability still counts as its first giver’s', ', message: c.message, giver: c.from }', ', message: c.message }'),
  reduce('a machine keeps its generation', '    process.generation = c.generation;\n'),
];
