// Registration with the browser's agents: document.modelContext of WebMCP. The browser checks no input and masks what `execute` throws, so `call` does the one and nothing throws.

import { type ToolResult, failure } from './result.js';
import type { ToolSpec } from './tools/specs.js';

/** What is used of WebMCP's ModelContext; `document.modelContext` is one (spec/agent checks it against webmcp-types). */
export interface ModelContext {
  registerTool(
    tool: {
      name: string;
      title: string;
      description: string;
      inputSchema: object;
      annotations: { readOnlyHint: boolean; untrustedContentHint: boolean };
      // Browsers before version 153 pass the input alone.
      execute(input: Record<string, unknown>, options?: { signal?: AbortSignal }): Promise<unknown>;
    },
    options: { signal: AbortSignal },
  ): Promise<void> | void;
}

/** Carries a call out; `Agent.call`, or its like on the other side of a worker. */
export type Call = (name: string, input: unknown, options: { signal?: AbortSignal; principal: string }) => Promise<ToolResult>;

export interface WebMcpRegistration {
  /** Names of tools that agents of the browser can see. */
  readonly registered: readonly string[];
  /** Tools that were refused, and why: one of them does not keep the others out. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** Takes the tools back. Calls in progress go on. */
  unregister(): void;
}

/** Who calls, in the log. */
const PRINCIPAL = 'webmcp';

/**
 * Registers tools one by one. Undefined for `modelContext` (a browser without WebMCP, or with it off) registers nothing and is no error.
 * Aborting `signal` unregisters them, as `unregister` does.
 */
export async function registerWebMcp(
  modelContext: ModelContext | undefined,
  tools: readonly ToolSpec[],
  call: Call,
  options: { readonly signal?: AbortSignal } = {},
): Promise<WebMcpRegistration> {
  const registered: string[] = [];
  const refused: { name: string; reason: string }[] = [];
  const registration = new AbortController();
  const unregister = (): void => {
    options.signal?.removeEventListener('abort', unregister);
    registration.abort();
  };
  if (options.signal?.aborted) unregister();
  else options.signal?.addEventListener('abort', unregister, { once: true });
  for (const tool of modelContext ? tools : []) {
    const { name, title, description, inputSchema } = tool;
    const { readOnlyHint, untrustedContentHint } = tool.annotations;
    try {
      if (registration.signal.aborted) throw new Error('registration was aborted');
      await modelContext!.registerTool(
        {
          name,
          title,
          description,
          inputSchema,
          annotations: { readOnlyHint, untrustedContentHint },
          execute: (input, { signal } = {}) => execute(call, name, input, signal),
        },
        { signal: registration.signal },
      );
      registered.push(name);
    } catch (e) {
      refused.push({ name, reason: e instanceof Error ? `${e.name}: ${e.message}` : String(e) });
    }
  }
  return { registered, failed: refused, unregister };
}

async function execute(call: Call, name: string, input: unknown, signal: AbortSignal | undefined): Promise<ToolResult> {
  try {
    return await call(name, input, { principal: PRINCIPAL, ...(signal && { signal }) });
  } catch (e) {
    return failure(e);
  }
}
