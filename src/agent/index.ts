// Tools for agents over machines: one table, one way to call it, and its face towards the browser (docs/agents.md).
export * from './agent.js';
export * from './host.js';
export * from './hypervisor.js';
export * from './limits.js';
export * from './principals.js';
export * from './result.js';
export * from './rights.js';
export { type BootRequest, type VmIdentity } from './sources.js';
export * from './supervise.js';
export * from './supervised.js';
export * from './tools/specs.js';
export { type Cursor, Vm } from './vm.js';
export * from './vm-factory.js';
export * from './webmcp.js';
