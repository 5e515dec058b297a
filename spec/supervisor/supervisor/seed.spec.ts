// The seed's example, as it stands there, with a frame loop.
import { expect, it, vi } from 'vitest';
import { Supervisor } from '../../../src/supervisor/index.js';
import { says, waits } from '../wasm.js';
import { worker } from '../workers.js';

it('boots, and prints through its console callback', async () => {
  const supervisor = new Supervisor(worker && { worker });
  const printed: string[] = [];
  supervisor.set_console_callback((text) => printed.push(text));
  const asked: string[] = [];
  supervisor.set_spawn_callback((type: string, name: string) => {
    asked.push(`${type} ${name}`);
    setTimeout(() => supervisor.complete_spawn(name, name === 'init' ? says('hello from init\n') : waits()), 1);
  });
  void supervisor.boot();
  await vi.waitFor(() => expect(printed.join('')).toBe('hello from init\n'), { timeout: 20_000 });
  await supervisor.boot();
  expect(asked).toEqual(['init init', 'permission_manager permission_manager']);
  await supervisor.dispose();
});
