// Planted bugs of the boundary and the logs: edits in src/supervisor/abi and src/supervisor/axiom.
import type { Mutant } from '../../../src/conformance/mutants/edit.js';

const of =
  (part: string) =>
  (name: string, find: string, replace = ''): Mutant => ({ name, part, find, replace });

const mailbox = of('abi/mailbox');
const receipt = of('abi/receipt');
const wire = of('abi/wire');
const words = of('abi/debug');
const gateway = of('axiom/gateway');
const origin = of('axiom/origin');
const record = of('axiom/record');
const verify = of('axiom/verify');
const syslog = of('axiom/syslog');
const commitlog = of('axiom/commitlog');
const writer = of('axiom/writer');
const open = of('axiom/open');
const codec = of('kernel/codec');

export const AXIOM_MUTANTS: readonly Mutant[] = [
  mailbox('a request is taken twice', 'if (this.#open || this.#detached ||', 'if (this.#detached ||'),
  mailbox('a detached mailbox is written', 'if (this.#detached || !open ||', 'if (!open ||'),
  mailbox('what nobody asked is answered', 'if (this.#detached || !open ||', 'if (this.#detached ||'),
  mailbox(
    'the process’s status is overwritten',
    ' || Atomics.load(words, WORD.STATUS) !== STATUS.PENDING) return false;\n    words',
    ') return false;\n    Atomics.store(words, WORD.STATUS, STATUS.PENDING);\n    words',
  ),
  mailbox(
    'a long request is clipped',
    'length > MAILBOX.DATA ? undefined : new Uint8Array(length)',
    'new Uint8Array(Math.min(length, MAILBOX.DATA))',
  ),
  mailbox(
    'the request’s bytes are left as the answer',
    '    words[WORD.LENGTH] = data.length;\n    this.#data.set(data);\n    if',
    '    this.#data.set(data);\n    if',
  ),
  mailbox('results have 32 bits', 'words[WORD.RESULT_HIGH] = Math.floor(result / 2 ** 32);', 'words[WORD.RESULT_HIGH] = 0;'),

  receipt('a receipt is spent twice', '    receipt.#spent = true;\n'),
  receipt('a receipt is good for every process', 'if (receipt.#fields.pid !== pid) {', 'if (pid < 0) {'),
  receipt('there are two minters', '  claimed = true;\n'),
  receipt('everybody makes receipts', 'if (key !== KEY) throw', 'if (!key) throw'),

  wire('a message carries any number of capabilities', 'count <= SIZE.MESSAGE_CAPS', 'count <= 255'),
  wire(
    'bytes behind a notice are ignored',
    '  r.check(type, good, `slot ${slot}, type ${type}, reason ${reason}`);\n  r.end();',
    '  r.check(type, good, `slot ${slot}, type ${type}, reason ${reason}`);',
  ),
  words('names become addresses', '/^[a-z][a-z0-9_-]{0,31}$/', '/^[a-z./][a-z0-9._/-]{0,31}$/'),
  words('numbers are written in two ways', '/^(0|[1-9][0-9]{0,15})$/', '/^[0-9]{1,16}$/'),

  gateway(
    'requests are not logged',
    'const request = this.#events.request({ pid, number, args, length, time: now });',
    'const request = 1;',
  ),
  gateway('late answers are not logged', '      this.#respond(to, open, result, data.length, true);\n'),
  gateway('answers are not logged', "      this.#respond(pid, request, own.result, own.data.length, syscall || op.kind !== 'syscall');\n"),
  gateway('the end of a waiting process is not logged', '      this.#respond(effect.pid, open, -ERROR.NOENT, 0, false);\n'),
  gateway(
    'exits are not logged',
    'else if (outcome === NO_ANSWER) this.#respond(pid, request, 0, 0, false);',
    'else if (outcome === NO_ANSWER) void 0;',
  ),
  gateway(
    'a commit is not logged',
    '  #record(commit: Commit, causedBy: number): void {\n',
    "  #record(commit: Commit, causedBy: number): void {\n    if (commit.type === 'ProcessWoken') return;\n",
  ),
  gateway(
    'commits forget their cause',
    'time: this.#now, causedBy });\n    this.#writer.push(record, this.#log.head.seq);',
    'time: this.#now, causedBy: 0 });\n    this.#writer.push(record, this.#log.head.seq);',
  ),
  gateway('the dead get receipts', 'this.#state.processes.has(pid) && !this.#open.has(pid);', 'true;'),
  gateway(
    'a second answer goes out while the first is open',
    'this.#state.processes.has(pid) && !this.#open.has(pid);',
    'this.#state.processes.has(pid);',
  ),
  gateway(
    'anybody hands out origins',
    "    if (Origin.pidOf(supervisor, this.#realm) !== 0)\n      throw new GpuvisorError('PERMISSION_DENIED', 'only the supervisor gives out origins', 'use the origin openGateway gave');\n",
  ),
  gateway('the supervisor’s origin is handed out', 'if (pid === 0 || !this.#state', 'if (!this.#state'),
  gateway('a failed kernel goes on', '      this.#failure = e;\n'),
  gateway(
    'time goes back',
    'Math.max(this.#now, Math.floor(this.#clock.now() - this.#began))',
    'Math.floor(this.#clock.now() - this.#began)',
  ),
  gateway('a store that lags is not waited for', 'isProcessOperation(op) && op.kind', '!op && op.kind'),
  gateway('a use cannot end while the store lags', " && op.kind !== 'vm-end'"),
  gateway('the log is never trimmed', 'if (this.#log.sinceCheckpoint >= this.#keep)', 'if (this.#keep < 0)'),

  origin('origins are good for every gateway', ' || origin.#realm !== realm', ''),
  origin('everybody makes origins', 'if (key !== KEY) throw', 'if (!key) throw'),

  record('the chain is no chain', '  both.set(previous);\n'),
  verify('hashes are not compared', "this.#need(equalBytes(computed, hash), 'hash'", "this.#need(true, 'hash'"),
  verify('numbers are not compared', '    this.#need(seq === this.seq, seq', '    this.#need(true, seq'),
  verify('a missing row is not missed', "    this.#need(first <= this.seq, 'missing'", "    this.#need(true, 'missing'"),
  verify('a checkpoint signs anything', "this.#need(equalBytes(commit.state, signed), 'state'", "this.#need(true, 'state'"),
  verify('a cut end is not missed', 'if (seq > walk.seq - 1) throw', 'if (seq < 0) throw'),
  verify('the head is not looked at', 'if (seq < walk.seq - 1 || !equalBytes(hash, walk.hash))', 'if (seq < 0)'),
  verify(
    'an epoch follows any log',
    "if (genesis) this.#need(equalBytes(commit.previous, this.hash), 'epoch'",
    "if (genesis) this.#need(true, 'epoch'",
  ),
  verify('time goes back in the log', "this.#need(genesis || time >= this.time, 'time'", "this.#need(true, 'time'"),
  verify(
    'commits are not replayed',
    "    this.#refusing('refused', () => apply(this.state, commit));\n",
    "    if (genesis) this.#refusing('refused', () => apply(this.state, commit));\n",
  ),

  syslog('what is dropped is not counted', 'return this.total - this.#ring.length;', 'return 0;'),
  syslog('the ring has no bound', 'if (this.#ring.length < this.capacity) this', 'if (this.capacity) this'),
  commitlog('memory is never trimmed', '    if (this.#last) {', '    if (!this.#last) {'),
  commitlog('a checkpoint signs no state', 'state: hashState(state) }', 'state: new Uint8Array(32) }'),
  writer('a checkpoint stands inside a row', 'if (last && !anchor && last.records', 'if (last && last.records'),
  writer(
    'a store that fails is not given up',
    '      if (this.#reason === undefined) this.#toMemory((e as Error).message || String(e));\n',
    '      void e;\n',
  ),
  open('epochs before do not count towards a checkpoint', 'new CommitLog(head, sinceCheckpoint)', 'new CommitLog(head)'),
  open('a damaged log is gone on with', 'if (found && !found.verdict.damage)', 'if (found)'),
  open('numbers behind the damage come again', 'Math.max(verdict.head.seq, log.head.seq, log.rows.at(-1)?.first ?? 0)', 'verdict.head.seq'),
  open('a new log does not say why', 'is damaged at record', 'was'),
  codec(
    'a state forgets who waits',
    '    for (const pid of e.waiters) w.u32(pid);\n',
    '    for (const pid of [...e.waiters].sort()) w.u32(pid);\n',
  ),
  codec('a state forgets who gave', 'w.u32(c.giver).u32(c.pid)', 'w.u32(0).u32(c.pid)'),
];
