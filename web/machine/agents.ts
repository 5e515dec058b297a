// How agents reach this page: WebMCP where the browser has it, and `window.gpuvisor` for scripts of the page.

import type { ToolSpec } from '../../src/agent/tools/specs.js';
import { registerWebMcp } from '../../src/agent/webmcp.js';
import type { AgentCalls, Call } from './calls.js';

/** `window.gpuvisor`: what scripts of the page, tests and the MCP server hold. */
export interface PageAgent {
  readonly tools: readonly ToolSpec[];
  call: Call;
  /** Gives up every call that is on. */
  cancel(): void;
}

declare global {
  interface Window {
    gpuvisor?: PageAgent;
  }
}

/** The browser's own registry of tools: `document.modelContext`, or the older place. */
function modelContext(): unknown {
  const { modelContext: here } = document as { modelContext?: unknown };
  return here ?? (navigator as { modelContext?: unknown }).modelContext;
}

/** Offers the tools everywhere; says in a sentence to whom. */
export async function exposeToAgents(tools: readonly ToolSpec[], calls: AgentCalls): Promise<string> {
  window.gpuvisor = { tools, call: calls.as('page'), cancel: () => calls.cancel() };
  const context = modelContext();
  const count = `${tools.length} tools`;
  if (!context)
    return `${count} are ready for scripts of this page and for the MCP server (npx gpuvisor mcp). This browser offers no WebMCP.`;
  const { registered, failed } = await registerWebMcp(context as never, tools, calls.as('webmcp'));
  if (failed.length > 0)
    return `${registered.length} of ${count} are registered with this browser’s WebMCP; ${failed.map((f) => `${f.name}: ${f.reason}`).join('; ')}.`;
  return `${count} are registered with this browser’s WebMCP. What an agent calls is listed here.`;
}
