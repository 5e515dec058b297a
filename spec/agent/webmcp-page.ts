// The page of webmcp.node.spec.ts: a hypervisor on the reference hart, its tools registered with the browser.

import { Agent, type CallEvent, Hypervisor, type ModelContext, registerWebMcp } from '../../src/agent/index.js';
import { testHost } from './hosts.js';

const host = { ...testHost(), fetch: window.fetch.bind(window) };
const agent = new Agent(new Hypervisor(host));
const calls: CallEvent[] = [];
agent.onCall((event) => calls.push(event));
const { modelContext } = document as { modelContext?: unknown };
const registration = await registerWebMcp(modelContext as ModelContext | undefined, agent.tools, (name, input, options) =>
  agent.call(name, input, options),
);
Object.assign(window, { calls, registration });
