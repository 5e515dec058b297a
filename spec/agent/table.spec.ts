// The table of tools: the seed's seven as they were drawn, and every tool as browsers, MCP clients and models need it.
import { Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { HANDLERS } from '../../src/agent/tools/index.js';
import { type Schema, TOOLS } from '../../src/agent/tools/specs.js';

/** Names, fields and their types as the seed draws them. */
const SEED: Record<string, Record<string, string>> = {
  hypervisor_boot: { kernel_url: 'string', memory_mb: 'number', mounts: 'array' },
  hypervisor_input: { type: 'string', key: 'string', x: 'number', y: 'number' },
  hypervisor_frame: { kernel_id: 'string', format: 'string' },
  hypervisor_read_text: { kernel_id: 'string', region: 'object' },
  hypervisor_find_element: { kernel_id: 'string', element_type: 'string', text_pattern: 'string', color: 'string' },
  hypervisor_set_page_table: { kernel_id: 'string', root_pa: 'string' },
  hypervisor_map_page: { kernel_id: 'string', va: 'string', pa: 'string', flags: 'number' },
};

describe('the seven tools of the seed', () => {
  it.each(Object.entries(SEED))('%s has its fields', (name, fields) => {
    const { properties } = TOOLS.find((t) => t.name === name)!.inputSchema;
    for (const [field, type] of Object.entries(fields)) expect(properties[field]?.type, field).toBe(type);
  });

  it('come first, with their choices', () => {
    expect(TOOLS.slice(0, 7).map((t) => t.name)).toEqual(Object.keys(SEED));
    const choices = (name: string, field: string): unknown => TOOLS.find((t) => t.name === name)!.inputSchema.properties[field]!.enum;
    expect(choices('hypervisor_input', 'type')).toEqual(['keydown', 'keyup', 'mousemove', 'mousedown', 'mouseup']);
    expect(choices('hypervisor_frame', 'format')).toEqual(['png', 'rgba', 'bytes']);
    expect(choices('hypervisor_find_element', 'element_type')).toEqual(['button', 'text', 'input', 'window', 'icon']);
  });
});

describe.each(TOOLS.map((t) => [t.name, t] as const))('%s', (name, tool) => {
  it('has a name that Playwright MCP can put webmcp_ before, a title, words, and a handler', () => {
    expect(name).toMatch(/^hypervisor_[a-z_]{1,40}$/);
    expect(tool.title).not.toBe('');
    expect(tool.description.length).toBeGreaterThan(10);
    expect(HANDLERS[name]).toBeDefined();
    expect(JSON.parse(JSON.stringify(tool))).toEqual(tool);
  });

  it('has a schema that names every field, bounds every list and text, and takes no others', () => {
    const walk = (schema: Schema, path: string): void => {
      if (schema.type === 'object') {
        expect(schema.additionalProperties, path).toBe(false);
        for (const required of schema.required ?? []) expect(Object.keys(schema.properties!)).toContain(required);
        for (const [field, inner] of Object.entries(schema.properties ?? {})) walk(inner, `${path}/${field}`);
      } else if (path.endsWith(']')) {
        // Items have no description of their own.
      } else expect(schema.description, path).toBeTruthy();
      if (schema.type === 'array') {
        expect(schema.maxItems, path).toBeDefined();
        walk(schema.items!, `${path}[]`);
      }
      if (schema.type === 'string' && !schema.enum) expect(schema.maxLength ?? schema.pattern, path).toBeDefined();
      if (schema.default !== undefined) expect(new Validator(schema as never, '2020-12').validate(schema.default).valid, path).toBe(true);
    };
    walk(tool.inputSchema, '');
    expect(tool.inputSchema.type).toBe('object');
  });

  it('says whether it changes something, and whether the guest wrote what it gives', () => {
    const { readOnlyHint, untrustedContentHint, destructiveHint } = tool.annotations;
    expect(typeof readOnlyHint).toBe('boolean');
    expect(typeof untrustedContentHint).toBe('boolean');
    if (readOnlyHint) expect(destructiveHint).toBeUndefined();
    const guests = /frame|read_text|find_element|wait_for|_run|read_memory|read_file|list_files/;
    expect(untrustedContentHint).toBe(guests.test(name));
    const reads = /frame|read_|find_element|status|list|wait_for/;
    expect(readOnlyHint).toBe(reads.test(name));
  });
});

it('every handler has its tool', () => expect(Object.keys(HANDLERS).sort()).toEqual(TOOLS.map((t) => t.name).sort()));
