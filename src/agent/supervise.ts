// A supervised hypervisor in one realm: gateway, machines as processes, principals, and the tools as their acts. For the MCP server without a browser,
// and for programs.

import type { Gateway, Past } from '../supervisor/axiom/index.js';
import { type GatewayOptions, openGateway } from '../supervisor/axiom/index.js';
import type { VmQuota } from '../supervisor/hal/vm-backend.js';
import { VmProcesses } from '../supervisor/hal/vm-processes.js';
import { Dispatcher } from '../supervisor/supervisor/dispatcher.js';
import { Agent } from './agent.js';
import type { AgentHost } from './host.js';
import { Hypervisor } from './hypervisor.js';
import type { Limits } from './limits.js';
import { type PrincipalPolicy, Principals } from './principals.js';
import { SupervisedAgent } from './supervised.js';
import { HypervisorVms } from './vm-factory.js';

export interface SuperviseOptions {
  /** Who may call, and what they are given by themselves. */
  readonly principals?: Readonly<Record<string, PrincipalPolicy>>;
  /** Of the hypervisor. */
  readonly limits?: Partial<Limits> & { readonly pace?: 'real' | 'fast' };
  /** Of machines that are given none of their own. */
  readonly quota?: VmQuota;
  /** Of the gateway: where the log is kept, and its limits. */
  readonly log?: GatewayOptions;
}

export interface Supervised {
  readonly agent: SupervisedAgent;
  readonly vms: VmProcesses;
  readonly principals: Principals;
  readonly hypervisor: Hypervisor;
  readonly dispatcher: Dispatcher;
  readonly gateway: Gateway;
  /** What the log of earlier epochs told. */
  readonly past: Past | undefined;
  /** Ends every machine and stores what waits. */
  dispose(): Promise<void>;
}

/** Puts machines under a supervisor. */
export async function supervise(host: AgentHost, options: SuperviseOptions = {}): Promise<Supervised> {
  const { gateway, supervisor, past } = await openGateway(options.log);
  const dispatcher = new Dispatcher(gateway, supervisor);
  dispatcher.asSupervisor({ kind: 'boot' });
  const hypervisor = new Hypervisor(host, { ...options.limits, supervised: true });
  const inner = new Agent(hypervisor);
  const vms = new VmProcesses(dispatcher, new HypervisorVms(hypervisor), options.quota);
  const principals = new Principals(vms);
  for (const [name, policy] of Object.entries(options.principals ?? {})) principals.add(name, policy);
  const agent = new SupervisedAgent(vms, principals, (...call) => inner.call(...call));
  return {
    agent,
    vms,
    principals,
    hypervisor,
    dispatcher,
    gateway,
    past,
    async dispose() {
      agent.dispose();
      principals.dispose();
      await vms.dispose();
      await hypervisor.dispose();
      dispatcher.dispose();
      await gateway.flush();
    },
  };
}
