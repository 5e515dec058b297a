import { Supervisor } from 'gpuvisor/supervisor';

// Create supervisor
const supervisor = new Supervisor();

// Set up callbacks
supervisor.set_console_callback((text: string) => {
  console.log(text);
});

supervisor.set_spawn_callback(async (type: string, name: string) => {
  const response = await fetch(`/processes/${type}.wasm`);
  const binary = await response.arrayBuffer();
  supervisor.complete_spawn(name, new Uint8Array(binary));
});

// Boot the system
supervisor.boot();

// Poll syscalls in animation frame
function tick() {
  supervisor.poll_syscalls();
  requestAnimationFrame(tick);
}
tick();
