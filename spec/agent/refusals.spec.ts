// Bad input of every kind, to every tool: a code, a sentence and a hint come back, and the machine is as it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Schema, TOOLS, type ToolSpec } from '../../src/agent/tools/specs.js';
import { type Bench, bench, counted } from './hosts.js';
import { bareEcho, kernelEcho } from './guests.js';

let b: Bench;
let digests: string[];
const digest = async (): Promise<string[]> => {
  const all: string[] = [];
  for (const vm of b.hypervisor.vms.values()) all.push(await vm.vm.do((m) => m.digest()));
  return all;
};

beforeAll(async () => {
  b = bench({ builtins: { linux: { cartridge: await kernelEcho() }, mmu: { cartridge: await bareEcho() } } });
  await b.ok('hypervisor_boot', { kernel_url: 'linux' });
  await b.ok('hypervisor_boot', { kernel_url: 'mmu', kernel_id: 'bare' });
  for (const kernel_id of ['main_cpu', 'bare']) {
    await b.ok('hypervisor_wait_for', { kernel_id, text: '$ ' });
    await b.ok('hypervisor_pause', { kernel_id });
  }
  digests = await digest();
});
afterAll(async () => {
  expect(await digest()).toEqual(digests);
  expect(b.hypervisor.vms.size).toBe(2);
  await b.hypervisor.dispose();
  expect(b.host.living()).toBe(0);
});

/** A value that a schema takes. */
function valid(schema: Schema, name: string): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return false;
  if (schema.type === 'array') return [];
  if (schema.type === 'object')
    return Object.fromEntries((schema.required ?? []).map((field) => [field, valid(schema.properties![field]!, field)]));
  return name === 'since' ? 'now' : /^(va|pa|root_pa|address)$/.test(name) ? '0x1000' : 'x';
}

/** Values that a schema does not take, for one field. */
function invalid(schema: Schema, field: string): unknown[] {
  const isAddress = /^(va|pa|root_pa|address)$/.test(field);
  const others: Record<string, unknown> = { string: 'text', number: 7, boolean: true, array: [1], object: { a: 1 }, null: null };
  const values = Object.entries(others).flatMap(([type, value]) =>
    type === schema.type || (isAddress && type === 'number') ? [] : [value],
  );
  if (schema.enum) values.push('nonsense', '', `${schema.enum[0]!} `);
  if (schema.minimum !== undefined) values.push(schema.minimum - 1, schema.minimum + 0.5, -1e308);
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER) values.push(schema.maximum + 1, 1e308);
  if (schema.maxLength !== undefined) values.push('x'.repeat(schema.maxLength + 1));
  if (schema.minLength !== undefined) values.push('');
  if (schema.pattern !== undefined) values.push('', '../x', 'a b', 'x'.repeat(65), 'ü', 'a\n');
  if (schema.maxItems !== undefined) values.push(Array.from({ length: schema.maxItems + 1 }, () => valid(schema.items!, '')));
  if (schema.properties) for (const inner of Object.keys(schema.properties)) values.push({ [inner]: {} });
  return values;
}

const call = async (tool: ToolSpec, input: unknown): Promise<{ code: string; message: string; hint: string }> => {
  const error = await b.error(tool.name, input);
  expect(error.message.length).toBeLessThan(2000);
  expect(error.hint).not.toBe('');
  return error;
};

describe.each(TOOLS.map((t) => [t.name, t] as const))('%s', (_, tool) => {
  const { properties, required = [] } = tool.inputSchema;
  const base = Object.fromEntries(required.map((name) => [name, valid(properties[name]!, name)]));

  it('refuses what is no object', async () => {
    for (const input of [null, [], 'text', 7, true, [{}]]) expect((await call(tool, input)).code).toBe('BAD_ARGUMENT');
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const input of [circular, { a: 10n }, () => 1, Symbol('x')]) expect((await call(tool, input)).code).toBe('BAD_ARGUMENT');
    expect((await call(tool, { ...base, kernel_id: 'x'.repeat(1 << 20) })).code).toBe('TOO_LARGE');
  });

  it('refuses fields it does not have, by name', async () => {
    for (const field of ['kernelid', 'constructor', 'toString', '', 'a/b', 'x'.repeat(300)]) {
      const { code, message } = await call(tool, { ...base, [field]: 1 });
      expect(code).toBe('BAD_ARGUMENT');
      expect(message).toContain(field.slice(0, 60));
    }
    expect((await call(tool, JSON.parse(`{"__proto__":{"x":1}}`))).code).toBe('BAD_ARGUMENT');
  });

  it('refuses to go without what it needs, by name', async () => {
    for (const field of required) {
      const { [field]: _gone, ...rest } = base;
      const { code, message } = await call(tool, rest);
      expect(code).toBe('BAD_ARGUMENT');
      expect(message).toContain(`${field} is missing`);
    }
  });

  it('refuses wrong values, by field', async () => {
    for (const [field, schema] of Object.entries(properties)) {
      for (const value of invalid(schema, field)) {
        const { code, message } = await call(tool, { ...base, [field]: value });
        expect(code, `${field}: ${JSON.stringify(value).slice(0, 80)}`).toBe('BAD_ARGUMENT');
        expect(message).toContain(field);
      }
    }
  });
});

const named = TOOLS.filter((t) => 'kernel_id' in t.inputSchema.properties && !/boot|restore/.test(t.name));
it.each(named.map((t) => [t.name, t] as const))('%s refuses machines that are not there', async (_, tool) => {
  const { properties, required = [] } = tool.inputSchema;
  const base = Object.fromEntries(required.map((name) => [name, valid(properties[name]!, name)]));
  const { code, hint } = await call(tool, { ...base, kernel_id: 'nobody' });
  expect(code).toBe('UNKNOWN_VM');
  expect(hint).toContain('main_cpu');
});

describe('what a schema cannot say', () => {
  const cases: [string, unknown, string][] = [
    // Regions.
    ...[
      { x: -1, y: 0, width: 10, height: 10 },
      { x: 0, y: 0, width: 641, height: 480 },
      { x: 639, y: 479, width: 2, height: 1 },
      { x: 0, y: 0, width: 0, height: 10 },
      { x: 0.5, y: 0, width: 1, height: 1 },
      { x: 1e300, y: 0, width: 1, height: 1 },
      { x: 0, y: 0, width: 2 ** 53, height: 2 ** 53 },
    ].flatMap((region): [string, unknown, string][] => [
      ['hypervisor_frame', { region }, 'BAD_ARGUMENT'],
      ['hypervisor_read_text', { region }, 'BAD_ARGUMENT'],
    ]),
    ['hypervisor_frame', { format: 'rgba' }, 'TOO_LARGE'],
    ['hypervisor_frame', { format: 'bytes' }, 'TOO_LARGE'],
    ['hypervisor_frame', { kernel_id: 'bare' }, 'NO_SCREEN'],
    ['hypervisor_read_text', { kernel_id: 'bare', source: 'screen' }, 'NO_SCREEN'],
    ['hypervisor_read_text', { source: 'uart', region: { x: 0, y: 0, width: 8, height: 8 } }, 'BAD_ARGUMENT'],
    ['hypervisor_read_text', { since: 'now' }, 'BAD_ARGUMENT'],
    ['hypervisor_read_text', { source: 'uart', since: '999999.0' }, 'BAD_ARGUMENT'],
    // Events.
    ['hypervisor_input', {}, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'keydown' }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { key: 'a' }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'keydown', key: 'NoSuchKey' }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'keydown', key: 'a', x: 1, y: 1 }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'mousedown' }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'mousemove', x: 640, y: 0 }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'mousemove', x: 0, y: -1 }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'mousemove', x: 1, y: 1, key: 'a' }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'keydown', key: 'a', events: [{ type: 'keydown', key: 'b' }] }, 'BAD_ARGUMENT'],
    [
      'hypervisor_input',
      {
        events: [
          { type: 'keydown', key: 'a' },
          { type: 'keydown', key: 'NoSuchKey' },
        ],
      },
      'BAD_ARGUMENT',
    ],
    ['hypervisor_input', { kernel_id: 'bare', type: 'mousemove', x: 1, y: 1 }, 'NO_SCREEN'],
    ['hypervisor_input', { kernel_id: 'bare', type: 'keydown', key: 'a', to: 'keyboard' }, 'BAD_ARGUMENT'],
    ['hypervisor_input', { type: 'keydown', key: 'Zoom', to: 'uart' }, 'BAD_ARGUMENT'],
    ['hypervisor_type', { text: 'grüße' }, 'BAD_ARGUMENT'],
    ['hypervisor_type', { text: 'a', kernel_id: 'bare', to: 'keyboard' }, 'BAD_ARGUMENT'],
    // Waits.
    ['hypervisor_wait_for', {}, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { text: 'a', regex: 'b' }, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { regex: '(' }, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { regex: '(?=a)' }, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { regex: '(a)\\1' }, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { regex: '((x{100}){100}){100}' }, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { gone: 'a', source: 'uart' }, 'BAD_ARGUMENT'],
    ['hypervisor_wait_for', { gone: 'a', kernel_id: 'bare' }, 'NO_SCREEN'],
    ['hypervisor_wait_for', { text: 'a', since: '99999999.9' }, 'BAD_ARGUMENT'],
    // A machine that stands still shows nothing new and runs no command.
    ['hypervisor_wait_for', { text: 'never', timeout_ms: 5000 }, 'BUSY'],
    ['hypervisor_run', { command: 'ls', timeout_ms: 5000 }, 'BUSY'],
    // Addresses.
    ...['0x', '-1', '-0x1', '0x1_0000_0000', '0xg', ' 0x0', '0x0 ', '1000', '', '0x0.5', 'NaN', '0b1', 'Infinity'].flatMap(
      (a): [string, unknown, string][] => [
        ['hypervisor_read_memory', { address: a, length: 4 }, 'BAD_ARGUMENT'],
        ['hypervisor_set_page_table', { root_pa: a }, 'BAD_ARGUMENT'],
        ['hypervisor_map_page', { va: a, pa: '0x0', flags: 1 }, 'BAD_ARGUMENT'],
        ['hypervisor_map_page', { va: '0x0', pa: a, flags: 1 }, 'BAD_ARGUMENT'],
      ],
    ),
    ...[-1, 0.5, 2 ** 60, -(2 ** 40)].map((a): [string, unknown, string] => [
      'hypervisor_read_memory',
      { address: a, length: 4 },
      'BAD_ARGUMENT',
    ]),
    ['hypervisor_map_page', { va: '0x100000000', pa: '0x0', flags: 1 }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_map_page', { va: 2 ** 32, pa: 0, flags: 1 }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_set_page_table', { root_pa: '0x400000000' }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_set_page_table', { root_pa: '0x3fffff000' }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_set_page_table', { root_pa: '0x02800000' }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_set_page_table', { root_pa: '0x04000000' }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_set_page_table', { root_pa: '0x03000800' }, 'UNALIGNED_ADDRESS'],
    ['hypervisor_set_page_table', { root_pa: '0x03000001' }, 'UNALIGNED_ADDRESS'],
    ['hypervisor_read_memory', { address: '0x03ffffff', length: 2 }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_read_memory', { address: '0x02000000', length: 4 }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_read_memory', { address: '0x01ffffff', length: 2 }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_read_memory', { address: '0x3ffffffff', length: 65_536 }, 'ADDRESS_OUT_OF_RANGE'],
    ['hypervisor_read_memory', { address: '0x0', length: 6, format: 'words' }, 'BAD_ARGUMENT'],
    ...[0, 2, 6, 8, 10, 14, 16, -1, 1.5, 1e9].map((flags): [string, unknown, string] => [
      'hypervisor_map_page',
      { va: '0x0', pa: '0x0', flags },
      'BAD_ARGUMENT',
    ]),
    ['hypervisor_map_page', { va: '0x1001', pa: '0x0', flags: 1 }, 'UNALIGNED_ADDRESS'],
    ['hypervisor_map_page', { va: '0x1000', pa: '0x2', flags: 1 }, 'UNALIGNED_ADDRESS'],
    ['hypervisor_map_page', { va: '0x1000', pa: '0x1000', flags: 1, page_size: '4M' }, 'UNALIGNED_ADDRESS'],
    ['hypervisor_map_page', { va: '0x1000', pa: '0x1000', flags: 1 }, 'BAD_ARGUMENT'],
    // Files and snapshots.
    ['hypervisor_read_file', { path: '/etc/passwd' }, 'FILE_NOT_FOUND'],
    ['hypervisor_read_file', { path: '/shared/../etc/passwd' }, 'FILE_NOT_FOUND'],
    ['hypervisor_read_file', { path: 'x', kernel_id: 'bare' }, 'FILE_NOT_FOUND'],
    ['hypervisor_list_files', { path: '/etc' }, 'FILE_NOT_FOUND'],
    ['hypervisor_write_file', { path: '/etc/passwd', text: 'x' }, 'BAD_ARGUMENT'],
    ['hypervisor_write_file', { path: '/shared', text: 'x' }, 'BAD_ARGUMENT'],
    ['hypervisor_write_file', { path: 'a/../../b', text: 'x' }, 'BAD_ARGUMENT'],
    ['hypervisor_write_file', { path: 'a' }, 'BAD_ARGUMENT'],
    ['hypervisor_write_file', { path: 'a', text: 'x', base64: 'eA==' }, 'BAD_ARGUMENT'],
    ['hypervisor_write_file', { path: 'a', base64: '***' }, 'BAD_ARGUMENT'],
    ['hypervisor_restore', { name: 'none' }, 'FILE_NOT_FOUND'],
    ['hypervisor_delete_snapshot', { name: 'none' }, 'FILE_NOT_FOUND'],
    ['hypervisor_boot', { kernel_url: 'linux', append: 'a\nb' }, 'BAD_ARGUMENT'],
    ['hypervisor_boot', { kernel_url: 'linux', memory_mb: 1 }, 'BAD_MEMORY_SIZE'],
    ['hypervisor_boot', { kernel_url: 'linux', disk_url: 'https://nowhere.test/d' }, 'FETCH_FAILED'],
  ];
  it.each(cases)('%s %j: %s', async (name, input, code) => {
    const error = await b.error(name, input);
    expect(error.code, error.message).toBe(code);
    expect(error.hint).not.toBe('');
  });

  it('tools that are not there: near names', async () => {
    expect(await b.error('hypervisor_bot')).toMatchObject({
      code: 'UNKNOWN_TOOL',
      hint: expect.stringContaining('hypervisor_boot') as string,
    });
    expect((await b.error('frame')).hint).toContain('hypervisor_frame');
    for (const name of ['', '__proto__', 'constructor', 'x'.repeat(10_000)]) expect((await b.error(name)).code).toBe('UNKNOWN_TOOL');
    for (const name of [undefined, null, 7, {}]) expect((await b.error(name as never)).code).toBe('UNKNOWN_TOOL');
  });

  it('nothing is left on', async () => {
    const { timers, listeners } = await counted(async () => {
      for (const [name, input] of cases) await b.agent.call(name, input);
    });
    expect({ timers, listeners, working: b.agent.working }).toEqual({ timers: 0, listeners: 0, working: 0 });
    for (const vm of b.hypervisor.vms.values()) expect(vm.serial.listeners).toBe(0);
    expect(b.host.living()).toBe(2);
  });
});
