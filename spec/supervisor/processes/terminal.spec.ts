// The terminal's line editor and its own commands: what a person sees for what a person types, however the bytes are cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typed } from './keyboard.js';
import { Screen } from './screen.js';

const KEY = { LEFT: '\x1b[D', RIGHT: '\x1b[C', UP: '\x1b[A', DOWN: '\x1b[B', HOME: '\x1b[H', END: '\x1b[F', DEL: '\x1b[3~', BACK: '\x7f' };
const CTRL = { A: '\x01', C: '\x03', E: '\x05', K: '\x0b', L: '\x0c', U: '\x15', W: '\x17' };

/** The line after these keys, with `|` for the cursor. */
const line = async (...keys: string[]): Promise<string> => {
  const { screen, end } = await typed([keys.join('')]);
  expect(end).toBe('waits');
  return screen.line.replace('3> ', '');
};

/** What a line shows. */
const shows = async (text: string): Promise<string> => {
  const { screen } = await typed([`${text}\r`]);
  return screen.above.slice(2).join('\n');
};

describe('line editing', () => {
  it('greets and prompts', async () => {
    const { screen } = await typed([]);
    expect(screen.above).toEqual(['gpuvisor terminal, process 3. Type help for the commands.']);
    expect(screen.line).toBe('3> |');
  });

  it('inserts, moves and erases', async () => {
    expect(await line('abc')).toBe('abc|');
    expect(await line('abc', KEY.LEFT, KEY.LEFT)).toBe('a|bc');
    expect(await line('abc', KEY.LEFT, KEY.LEFT, 'X', 'Y')).toBe('aXY|bc');
    expect(await line('abc', KEY.BACK, KEY.BACK)).toBe('a|');
    expect(await line('abc', '\b')).toBe('ab|');
    expect(await line('abc', KEY.LEFT, KEY.BACK)).toBe('a|c');
    expect(await line('abc', KEY.HOME, KEY.DEL)).toBe('|bc');
    expect(await line('abc', KEY.HOME, KEY.RIGHT, 'x', KEY.END, 'y')).toBe('axbcy|');
    expect(await line(KEY.BACK, KEY.LEFT, KEY.DEL, KEY.RIGHT, 'a')).toBe('a|');
    expect(await line('\x1bOH', 'b', '\x1b[1~', 'a', '\x1b[4~', 'c', '\x1bOD', '\x1b[1;5D')).toBe('a|bc');
  });

  it('knows the control keys of a shell', async () => {
    expect(await line('abc def', CTRL.A, 'x')).toBe('x|abc def');
    expect(await line('abc def', CTRL.A, CTRL.E, 'x')).toBe('abc defx|');
    expect(await line('abc def', KEY.LEFT, KEY.LEFT, CTRL.K)).toBe('abc d|');
    expect(await line('abc def', KEY.LEFT, KEY.LEFT, CTRL.U)).toBe('|ef');
    expect(await line('abc def  ', CTRL.W)).toBe('abc |');
    expect(await line('abc', CTRL.W, CTRL.W)).toBe('|');
  });

  it('Ctrl-C drops the line, Ctrl-L keeps it on a clean screen', async () => {
    const { screen } = await typed(['echo lost', CTRL.C, 'ab', KEY.LEFT, CTRL.L]);
    expect(screen.line).toBe('3> a|b');
    expect(screen.above).toEqual([]);
    expect((await typed(['echo lost', CTRL.C, '\r'])).screen.above.slice(1)).toEqual(['3> echo lost^C', '3>']);
  });

  it('takes CR, LF and CR LF as one Enter each', async () => {
    expect((await typed(['echo a\recho b\necho c\r\necho d\r', '\necho e\n\r'])).screen.above.slice(1)).toEqual([
      '3> echo a',
      'a',
      '3> echo b',
      'b',
      '3> echo c',
      'c',
      '3> echo d',
      'd',
      '3> echo e',
      'e',
      '3>',
    ]);
  });

  it('remembers lines: up and down, the new one kept, the same one once', async () => {
    const past = 'echo 1\recho 2\recho 2\r  \r';
    expect(await line(past, KEY.UP)).toBe('echo 2|');
    expect(await line(past, KEY.UP, KEY.UP)).toBe('echo 1|');
    expect(await line(past, KEY.UP, KEY.UP, KEY.UP)).toBe('echo 1|');
    expect(await line(past, 'new', KEY.UP, KEY.UP, KEY.DOWN)).toBe('echo 2|');
    expect(await line(past, 'new', KEY.LEFT, KEY.UP, KEY.DOWN, KEY.DOWN)).toBe('new|');
    expect(await line(past, KEY.UP, ' and 3\r', KEY.UP)).toBe('echo 2 and 3|');
    expect(await line(Array.from({ length: 60 }, (_, i) => `echo ${i}\r`).join(''), KEY.UP.repeat(99))).toBe('echo 10|');
  });

  it('takes UTF-8, wide characters and signs that sit on others, wherever the bytes are cut', async () => {
    const keys = `grüße 日本語 🙂 e\u0301x${KEY.LEFT}${KEY.BACK}${KEY.LEFT}${KEY.LEFT}${KEY.BACK}`;
    const bytes = new TextEncoder().encode(keys);
    const whole = (await typed([bytes])).text;
    for (let at = 1; at < bytes.length; at++) expect((await typed([bytes.slice(0, at), bytes.slice(at)])).text).toBe(whole);
    // A wide one takes two columns: the cursor goes back by two.
    expect((await typed(['日本', KEY.LEFT, 'x'])).text).toMatch(/日本[\b]{2}x本[\b]{2}$/);
    expect((await typed(['e\u0301', KEY.BACK])).text).toMatch(/e\u0301[\b] [\b]$/);
    expect(await shows('echo grüße 日本語 🙂')).toBe('grüße 日本語 🙂');
  });

  it('shows a sign for bytes that are no UTF-8, and no control characters', async () => {
    expect((await typed([Uint8Array.of(0x61, 0xff, 0x62, 0xc3, 0x63, 0xed, 0xa0, 0x80, 0x64)])).screen.line).toMatch(
      /^3> a\ufffdbc?.*d\|$/,
    );
    expect(await line('a\x00\x02\x1bZb\u0080\u009bc')).toBe('abc|');
  });

  it('is bounded: a line of 1,000 characters, then the bell', async () => {
    const { screen, end } = await typed(['x'.repeat(16_000), 'y'.repeat(16_000)]);
    expect([end, screen.line, screen.bells]).toEqual(['waits', `3> ${'x'.repeat(1000)}|`, 31_000]);
  });

  it('random keys: what is on the screen is the line as a plain model has it', async () => {
    const key = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('a', 'b', ' ', 'é', '…') },
      { weight: 5, arbitrary: fc.constantFrom(...Object.values(KEY), CTRL.A, CTRL.E, CTRL.K, CTRL.U, CTRL.W) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 60 }), fc.nat(), async (keys, cut) => {
        const all = new TextEncoder().encode(keys.join(''));
        const at = cut % (all.length + 1);
        const { screen, end } = await typed([all.slice(0, at), all.slice(at)]);
        expect(end).toBe('waits');
        expect(screen.line.trimEnd()).toBe(`3> ${model(keys)}`.trimEnd());
      }),
      { numRuns: 150 },
    );
  });
});

/** The line and its cursor. There is no past here, so up and down do nothing. */
function model(keys: readonly string[]): string {
  let [before, behind] = ['', ''];
  for (const key of keys) {
    if (key === KEY.LEFT) [before, behind] = [before.slice(0, -1), before.slice(-1) + behind];
    else if (key === KEY.RIGHT) [before, behind] = [before + behind.slice(0, 1), behind.slice(1)];
    else if (key === KEY.HOME || key === CTRL.A) [before, behind] = ['', before + behind];
    else if (key === KEY.END || key === CTRL.E) [before, behind] = [before + behind, ''];
    else if (key === KEY.BACK) before = before.slice(0, -1);
    else if (key === KEY.DEL) behind = behind.slice(1);
    else if (key === CTRL.K) behind = '';
    else if (key === CTRL.U) before = '';
    else if (key === CTRL.W) before = before.replace(/[^ ]* *$/, '');
    else if (key !== KEY.UP && key !== KEY.DOWN) before += key;
  }
  return `${before}|${behind.trimEnd()}`;
}

describe('commands', () => {
  it('help lists all, and explains one', async () => {
    const list = await shows('help');
    const named = ['help', 'ps', 'caps', 'spawn', 'kill', 'grant', 'revoke', 'request', 'echo', 'time', 'log', 'clear', 'exit'];
    for (const name of named) expect(list).toMatch(new RegExp(`^${name} `, 'm'));
    expect(list.split('\n').every((row) => row.length <= 100)).toBe(true);
    expect(await shows('help kill')).toMatch(/^kill PID +has init end/);
    expect(await shows('help me')).toBe('me: no such command. Type help for the list.');
  });

  it('what is no command, and words that do not fit, are said with a next step', async () => {
    expect(await shows('frobnicate now')).toBe('frobnicate: no such command. Type help for the list.');
    for (const text of [
      'spawn',
      'kill',
      'kill me',
      'kill 1 2',
      'kill 01',
      'kill 4294967296',
      'grant 0 1',
      'grant 0 1 wr',
      'grant 0 1 rr',
      'revoke 1',
      'drop',
    ]) {
      expect(await shows(text), text).toMatch(new RegExp(`^usage: ${text.split(' ')[0]} `));
    }
    for (const text of [
      'request',
      'request cow 1 r',
      'request process x r',
      'request process 1 q',
      'release',
      'connect',
      'send 1',
      'call x y',
      'log',
      'exit x',
      'exit 256',
      'caps x',
    ]) {
      expect(await shows(text), text).toMatch(new RegExp(`^usage: ${text.split(' ')[0]} `));
    }
  });

  it('ps and caps show what is there', async () => {
    expect(await shows('ps')).toMatch(/^ pid +parent +kind +state +name\n +3 +1 +wasm +running +terminal\nYou see yourself only/);
    const rows = (await shows('caps')).split('\n').slice(1);
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['0', 'rwg', 'endpoint 5', '(your own)'],
      ['1', 'r', 'endpoint 6', '(your input)'],
      ['2', 'w', 'endpoint 1', '(init)'],
      ['3', 'w', 'console 3', '(your console)'],
    ]);
    expect(await shows('caps 3')).toMatch(/^slot 3: console 3, rights w, for ever, generation 1, id \d+$/);
    expect(await shows('caps 9')).toMatch(/^caps: BADF\. Nothing of that kind is in that slot/);
  });

  it('grant, revoke and drop are syscalls, and say what they did', async () => {
    expect(await shows('grant 0 1 w')).toBe('process 1 has it in its slot 7. revoke 1 7 takes it back.');
    expect(await shows('grant 0 1 w\rrevoke 1 7')).toMatch(/1 gone\.$/);
    expect(await shows('grant 2 1 w')).toMatch(/^grant: PERM\. You need g in that slot/);
    expect(await shows('grant 0 99 w')).toMatch(/^grant: NOENT\. There is no such process/);
    expect(await shows('revoke 1 0')).toMatch(/^revoke: PERM\. Nothing there came of what you hold/);
    expect(await shows('drop 2\rcaps 2')).toMatch(/slot 2 is empty\.\n3> caps 2\ncaps: BADF/);
  });

  it('send and inbox carry text', async () => {
    expect(await shows('inbox')).toBe('Nothing.');
    expect(await shows('send 0  hello   there \rinbox')).toMatch(/^sent\.\n3> inbox\nfrom process 3: hello   there$/);
    expect(await shows('send 1 hello')).toMatch(/^send: PERM\./);
    expect(await shows('send 3 hello')).toMatch(/^send: BADF\./);
  });

  it('echo, time and log', async () => {
    expect(await shows('echo   two  words ')).toBe('two  words');
    const year = new Date().getUTCFullYear();
    expect(await shows('time')).toMatch(
      new RegExp(`^\\d+\\.\\d{3} s since boot, (${year}|${year + 1})-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC$`),
    );
    expect((await typed(['log it is so\r'])).effects).toEqual([{ kind: 'debug', from: 3, text: 'it is so' }]);
    expect(await shows('log INIT:SPAWN:terminal')).toMatch(/^log: PERM\./);
  });

  it('clear and exit', async () => {
    expect((await typed(['echo x\rclear\r'])).screen.line).toBe('3> |');
    expect((await typed(['echo x\rclear\r'])).screen.above).toEqual([]);
    for (const [text, code] of [
      ['exit', 0],
      ['exit 7', 7],
    ] as const) {
      const { effects } = await typed([`${text}\r`]);
      expect(effects).toContainEqual(expect.objectContaining({ kind: 'ended', pid: 3, code }));
    }
  });

  it('goes on where the log lags: what is refused for now is asked again', async () => {
    const keys = ['echo one\r', 'ps\rcaps\r', 'echo two\r'];
    const { text } = await typed(keys);
    for (const lag of [2, 3, 5]) expect((await typed(keys, Date.now(), lag)).text).toBe(text);
  });

  it('4,000 of them take no more memory than 100', async () => {
    const round = [
      'ps\r',
      'caps\r',
      'help\r',
      `echo ${'x'.repeat(500)}\r`,
      'grant 0 1 w\r',
      'drop 99\r',
      `${KEY.UP}${KEY.UP}${CTRL.C}`,
      'time\r',
    ];
    const pages = async (n: number): Promise<number> => {
      const { end, pages: used } = await typed(Array.from({ length: n }, (_, i) => round[i % round.length]!));
      expect(end).toBe('waits');
      return used;
    };
    expect(await pages(4000)).toBe(await pages(100));
  });

  it('what init would have to do fails by name when init does not answer', { timeout: 30_000 }, async () => {
    const screen = new Screen();
    screen.write((await typed(['drop 2\rspawn echo\rkill 5\rconnect echo\rrequest process 0 r\r'])).text);
    expect(screen.above.filter((row) => /BADF/.test(row)).map((row) => row.split(':')[0])).toEqual(['spawn', 'kill', 'connect', 'request']);
  });

  it('the date is right, leap years and centuries included', async () => {
    for (const day of ['1970-01-01', '2000-02-29', '2024-02-29', '2026-12-31', '2100-02-28', '2100-03-01', '2399-12-31']) {
      const { screen } = await typed(['time\r'], Date.parse(`${day}T12:34:56Z`));
      expect(screen.above.at(-1)).toMatch(new RegExp(`, ${day} 12:34:56 UTC$`));
    }
  });
});
