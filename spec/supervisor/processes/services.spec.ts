// Init and the permission manager, as a person at a terminal meets them: who may start, end, reach and have what, by the manifest and by the page.
import { afterEach, describe, expect, it } from 'vitest';
import { END } from '../../../src/supervisor/kernel/index.js';
import { tearDown, until } from '../supervisor/house.js';
import { manifestWith, Town } from './town.js';

afterEach(tearDown);

const ONE = { boot: ['terminal'] };

describe('boot', () => {
  it('brings up init, the permission manager and what the manifest names, each with its own console', async () => {
    const town = await Town.boot();
    const rows = town.supervisor.processes().map(({ pid, name }) => [pid, name]);
    expect(rows).toEqual([
      [0, 'supervisor'],
      [1, 'init'],
      [2, 'permission_manager'],
      [3, 'terminal'],
      [4, 'terminal'],
    ]);
    expect(await town.type(3, 'echo to the first')).toBe('to the first');
    expect(await town.type(4, 'echo to the second')).toBe('to the second');
    expect([town.house.printed(3), town.house.printed(4)].map((text) => /first|second/g.exec(text)?.[0])).toEqual(['first', 'second']);
    town.house.sound();
  });

  it('without a manifest nothing is started, and nothing is allowed', async () => {
    const town = await Town.boot({ manifest: manifestWith({ boot: [] }, { terminal: { spawn: [], request: [], connect: [] } }) });
    const pid = await town.supervisor.spawn('terminal');
    await town.prompt(pid);
    expect(await town.type(pid, 'spawn echo')).toMatch(/^spawn: PERM\. The manifest/);
    expect(await town.type(pid, 'connect echo')).toMatch(/^connect: PERM\./);
    expect(await town.type(pid, 'request process 0 r')).toMatch(/^request: PERM\./);
    town.house.sound();
  });
});

describe('a terminal', () => {
  it('shows eight notices in a row, then that there are more, and can be typed at all the while', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    await town.type(3, 'echo hello');
    const { dispatcher } = town.supervisor;
    for (let i = 0; i < 200; i++) {
      const { result } = dispatcher.asSupervisor({ kind: 'mint', pid: 3, type: 3, object: i, rights: 1, lifetime: 0 });
      expect(town.supervisor.revoke_capability(3, result!)).toBe(true);
    }
    expect(await town.type(3, 'echo still')).toBe('still');
    const shown = town.house.printed(3);
    expect(shown.match(/notice: slot \d+ \(memory \d+\) is empty: it was revoked/g)).toHaveLength(8);
    expect(shown.match(/notice: more capabilities went\. Type caps/g)).toHaveLength(1);
    town.house.sound();
  });
});

describe('init', () => {
  it('starts by policy, and gives the one who asked the Process capability; ends by that capability, and tells', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    const pid = await town.spawn(3, 'echo');
    await town.printed(pid, 'echo: answers');
    expect(await town.type(3, 'caps')).toMatch(new RegExp(`\\d+ +rw +process ${pid}\\n?`));
    expect(await town.type(3, 'ps')).toMatch(new RegExp(`${pid} +1 +wasm +\\w+ +echo`));
    expect(await town.type(3, `kill ${pid}`)).toContain(`process ${pid} was ended.`);
    expect(await town.ended(pid)).toMatchObject({ how: END.KILL });
    expect(await town.type(3, 'caps')).not.toContain('process');
    town.house.sound();
  });

  it('refuses what the policy does not name, odd names, and more than may run at a time', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE, { terminal: { spawn: ['echo'], children: 2 } }) });
    expect(await town.type(3, 'spawn pinger')).toMatch(/^spawn: PERM\. The manifest does not let/);
    expect(await town.type(3, 'spawn init')).toMatch(/^spawn: PERM\./);
    expect(await town.type(3, 'spawn ../echo')).toMatch(/^spawn: INVAL\. A name is/);
    const pids = [await town.spawn(3, 'echo'), await town.spawn(3, 'echo')];
    expect(await town.type(3, 'spawn echo')).toMatch(/^spawn: NOMEM\. .*kill one first/);
    await town.type(3, `kill ${pids[0]}`);
    await town.ended(pids[0]!);
    await town.spawn(3, 'echo');
    town.house.sound();
  });

  it('ends nobody for one who has no capability on it, or has lost it', async () => {
    const town = await Town.boot();
    const pid = await town.spawn(3, 'echo');
    for (const target of [0, 1, 2, 3, pid, 99]) expect(await town.type(4, `kill ${target}`)).toMatch(/^kill: PERM\./);
    const [slot] = town.supervisor.dispatcher.gateway.view.capabilities().flatMap(({ holder, object, type }) => {
      return holder?.pid === 3 && type === 2 && object === pid ? [holder.slot] : [];
    });
    expect(town.supervisor.revoke_capability(3, slot!)).toBe(true);
    await town.printed(3, `notice: slot ${slot} (process ${pid}) is empty: it was revoked.`);
    expect(await town.type(3, `kill ${pid}`)).toMatch(/^kill: PERM\. You hold no Process capability/);
    expect(town.supervisor.processes().map((row) => row.pid)).toContain(pid);
    town.house.sound();
  });

  it('lets one with the policy for it end others, but never init and the permission manager', async () => {
    const town = await Town.boot({ manifest: manifestWith({}, { terminal: { kill: 'any' } }) });
    expect(await town.type(3, 'kill 1')).toMatch(/^kill: PERM/);
    expect(await town.type(3, 'kill 2')).toMatch(/^kill: PERM/);
    expect(await town.type(3, 'kill 4')).toContain('process 4 was ended.');
    await town.ended(4);
    expect(await town.type(3, 'kill 4')).toMatch(/^kill: NOENT/);
  });

  it('shows the way to a service, to those who may reach it, while it is there', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    expect(await town.type(3, 'connect echo')).toMatch(/^connect: NOENT\. .*spawn it first/);
    expect(await town.type(3, 'connect init')).toMatch(/^connect: PERM/);
    const pid = await town.spawn(3, 'echo');
    await town.printed(pid, 'echo: answers');
    const slot = Town.slot(await town.type(3, 'connect echo'));
    expect(await town.type(3, `call ${slot} grüße  an alle`)).toBe(`from process ${pid}: grüße  an alle`);
    await town.type(3, `kill ${pid}`);
    await town.printed(3, `slot ${slot} (endpoint`);
    expect(await town.type(3, `call ${slot} hello`)).toMatch(/^call: BADF\./);
    expect(await town.type(3, 'connect echo')).toMatch(/^connect: NOENT/);
    town.house.sound();
  });

  it('hears of the end of whoever asked: what that had started runs on, and counts for nobody', async () => {
    const town = await Town.boot();
    const pid = await town.spawn(3, 'echo');
    expect(town.supervisor.send_input_to_process(3, 'exit 7\r')).toBe(true);
    expect(await town.ended(3)).toMatchObject({ how: END.EXIT, code: 7 });
    expect(town.supervisor.processes().map((row) => row.pid)).toContain(pid);
    expect(await town.type(4, `kill ${pid}`)).toMatch(/^kill: PERM/);
    await town.healthy(4);
  });

  it('keeps nothing of 150 processes that came and went', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    const round = async (): Promise<Record<string, number>> => {
      await town.type(3, `kill ${await town.spawn(3, 'echo')}`);
      return town.house.counted();
    };
    const before = await round();
    for (let i = 0; i < 75; i++) await town.type(3, `kill ${await town.spawn(3, 'trapper')}`);
    for (let i = 0; i < 75; i++) await town.type(3, `kill ${await town.spawn(3, 'echo')}`);
    expect(await round()).toEqual(before);
    await town.healthy(3);
  });
});

describe('the permission manager', () => {
  it('allows and denies by rule, without asking anybody', async () => {
    const town = await Town.boot();
    expect(await town.type(3, 'ps')).toContain('You see yourself only.');
    expect(await town.type(3, 'request process 0 r')).toMatch(/^granted: slot \d+\.$/);
    expect(await town.type(3, 'ps')).toMatch(/init[^]*permission_manager[^]*terminal[^]*terminal/);
    for (const what of ['process 2 w', 'process 0 w', 'process 0 rg', 'console 4 w', 'memory 0 r']) {
      expect(await town.type(3, `request ${what}`), what).toMatch(/^request: PERM\. The manifest or the page does not allow it/);
    }
    expect(town.house.events.filter((e) => e.kind === 'permission-asked')).toEqual([]);
    town.house.sound();
  });

  it('asks the page, with the process’s own words, and grants what it allows', async () => {
    const town = await Town.boot();
    const pid = await town.spawn(4, 'echo');
    const shown = town.type(3, `request process ${pid} rw it is: \u202eevil and so on`);
    const question = await town.asked();
    expect(question).toMatchObject({ pid: 3, type: 2, object: pid, rights: 3, reason: 'it is:  evil and so on' });
    expect(await town.supervisor.answer_permission(question.request, true)).toMatchObject({ ok: true, pid: 3 });
    const slot = Town.slot(await shown);
    expect(await town.type(3, 'permissions')).toBe(`slot ${slot}: process ${pid}, rights rw`);
    expect(await town.type(3, `kill ${pid}`)).toContain(`process ${pid} was ended.`);
    await town.ended(pid);
    expect(await town.type(3, 'permissions'), 'of what has ended nothing is granted').toContain('nothing');
    town.house.sound();
  });

  it('denies what the page denies, and what nobody answers in time', async () => {
    const town = await Town.boot({ manifest: manifestWith({ askTime: 300 }) });
    const denied = town.type(3, 'request process 4 r please');
    const question = await town.asked();
    expect(await town.supervisor.answer_permission(question.request, false)).toMatchObject({ ok: false, pid: 3, value: 1 });
    expect(await denied).toMatch(/^request: PERM\. The manifest or the page/);
    expect(await town.type(3, 'request process 4 r')).toMatch(/^request: AGAIN\. The page did not answer in time/);
    const ends = (): unknown[] => town.house.events.filter((e) => e.kind === 'permission-ended');
    await until(() => ends().length === 2, 'init tells how both ended');
    expect(ends()).toMatchObject([
      { ok: false, value: 1 },
      { ok: false, value: 5 },
    ]);
    expect(await town.type(3, 'permissions')).toContain('nothing');
    const late = (await town.asked(1)).request;
    town.supervisor.send_input_to_process(2, `PERM:ANSWER:${late}:allow\n`);
    expect(await town.type(3, 'permissions'), 'an answer that comes late').toContain('nothing');
    await town.healthy(3);
  });

  it('takes no answer from what is none, and one question of a process at a time', async () => {
    const town = await Town.boot();
    const waits = town.type(3, 'request process 4 r one');
    const { request } = await town.asked();
    for (const line of [
      '',
      'PERM:ANSWER',
      `PERM:ANSWER:${request}`,
      `PERM:ANSWER:${request}:yes`,
      `PERM:ANSWER:${request}:allow:`,
      ':'.repeat(5000),
    ]) {
      town.supervisor.send_input_to_process(2, `${line}\n`);
    }
    town.supervisor.send_input_to_process(2, `PERM:ANSWER:${request + 1}:allow\nPERM:ANSWER:0:allow\nPERM:ANSWER:-1:allow\n\xff\n`);
    const other = town.type(4, 'request process 3 r two');
    expect((await town.asked(1)).pid).toBe(4);
    expect(town.house.printed(3)).not.toContain('granted');
    town.supervisor.send_input_to_process(2, `PERM:ANS`);
    town.supervisor.send_input_to_process(2, `WER:${request}:allow\n`);
    expect(await waits).toMatch(/^granted/);
    town.supervisor.send_input_to_process(2, `PERM:ANSWER:${request + 1}:deny\n`);
    expect(await other).toMatch(/^request: PERM/);
    town.house.sound();
  });

  it('leaves nothing granted to one who does not wait for it any more', async () => {
    const town = await Town.boot();
    town.supervisor.send_input_to_process(3, 'request process 4 rw soon gone\r');
    const { request } = await town.asked();
    town.supervisor.kill_process(3);
    await town.ended(3);
    expect(await town.supervisor.answer_permission(request, true)).toMatchObject({ ok: false, pid: 3, value: 2 });
    const held = town.supervisor.dispatcher.gateway.view.capabilities().filter(({ type, object }) => type === 2 && object === 4);
    expect(held.map(({ holder }) => holder?.pid)).toEqual([1]);
    await town.healthy(4);
  });

  it('takes back what is released, and knows what it granted', async () => {
    const town = await Town.boot();
    const first = Town.slot(await town.type(3, 'request process 0 r'));
    const second = Town.slot(await town.type(3, 'request process 0 r'));
    expect(await town.type(3, 'permissions')).toBe(`slot ${first}: every process, rights r\nslot ${second}: every process, rights r`);
    expect(await town.type(4, `release ${first}`), 'another’s').toMatch(/^release: NOENT/);
    expect(await town.type(3, `release ${first}`)).toBe(`slot ${first} was given back.`);
    await town.printed(3, `slot ${first} (every process) is empty: it was revoked.`);
    expect(await town.type(3, `drop ${second}`)).toBe(`slot ${second} is empty.`);
    expect(await town.type(3, `release ${second}`), 'one given up before').toBe(`slot ${second} was given back.`);
    expect(await town.type(3, 'permissions')).toContain('nothing');
    expect(await town.type(3, `release 3`)).toMatch(/^release: NOENT/);
    town.house.sound();
  });

  it('stops at a bound', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    for (let i = 0; i < 32; i++) expect(await town.type(3, 'request process 0 r')).toMatch(/^granted/);
    expect(await town.type(3, 'request process 0 r')).toMatch(/^request: NOMEM\. A quota is used up/);
    expect((await town.type(3, 'permissions')).split('\n')).toHaveLength(32);
    town.house.sound();
  });

  it('when it is gone everything is denied, and init goes on', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    await town.type(3, 'request process 0 r');
    town.supervisor.kill_process(2);
    await town.ended(2);
    expect(await town.type(3, 'request process 0 r')).toMatch(/^request: NOENT\. .*no permission manager/);
    await town.type(3, `kill ${await town.spawn(3, 'echo')}`);
    town.house.sound();
  });

  it('when init is gone nothing can be asked, and the terminal says so', async () => {
    const town = await Town.boot({ manifest: manifestWith(ONE) });
    town.supervisor.kill_process(1);
    await town.printed(3, /slot 2 \(endpoint \d+\) is empty: what it came from is gone\. Nothing can be asked of init any more/);
    expect(await town.type(3, 'spawn echo')).toMatch(/^spawn: BADF/);
    expect(await town.type(3, 'request process 0 r')).toMatch(/^request: BADF/);
    expect(await town.type(3, 'echo still here')).toBe('still here');
    town.house.sound();
  });
});
