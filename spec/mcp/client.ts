// The MCP server as clients meet it: a process of its own, spoken to over its standard input and output by the libraries that clients are made with.

import { fileURLToPath } from 'node:url';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const TSX = new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href;

export interface Block {
  readonly type: string;
  readonly text?: string;
  readonly data?: string;
  readonly mimeType?: string;
}

export interface Result {
  readonly isError?: boolean;
  readonly content: readonly Block[];
  readonly structuredContent?: unknown;
}

export interface Connected {
  tools(): Promise<
    {
      name: string;
      title?: string;
      description?: string;
      inputSchema: object;
      outputSchema?: object;
      annotations?: Record<string, unknown>;
    }[]
  >;
  call(name: string, input?: Record<string, unknown>, options?: { signal?: AbortSignal; timeout?: number }): Promise<Result>;
  /** What the process printed on standard error. */
  stderr(): string;
  pid(): number | null;
  close(): Promise<void>;
}

export const CLIENTS = ['v1', 'v2', 'v2-auto'] as const;

/** Starts `gpuvisor mcp ARGS` and connects: with the first SDK, with the second as it comes, or with the second negotiating the newest revision. */
export async function connect(
  which: (typeof CLIENTS)[number],
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Connected> {
  const options = {
    command: process.execPath,
    args: ['--import', TSX, MAIN, 'mcp', ...args],
    stderr: 'pipe' as const,
    env: { ...(process.env as Record<string, string>), ...env },
  };
  const info = { name: 'spec', version: '1' };
  let err = '';
  const watch = (stream: unknown): void => void (stream as NodeJS.ReadableStream | null)?.on('data', (b: Buffer) => (err += b.toString()));
  if (which === 'v1') {
    const client = new ClientV1(info);
    const transport = new StdioV1(options);
    watch(transport.stderr);
    await client.connect(transport);
    return {
      tools: async () => (await client.listTools()).tools,
      call: (name, input, o) =>
        client.callTool({ name, arguments: input }, undefined, { timeout: 110_000, ...o }) as unknown as Promise<Result>,
      stderr: () => err,
      pid: () => transport.pid,
      close: () => client.close(),
    };
  }
  const client = new ClientV2(info, which === 'v2-auto' ? { versionNegotiation: { mode: 'auto' } } : {});
  const transport = new StdioV2(options);
  watch(transport.stderr);
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools as never,
    call: (name, input, o) => client.callTool({ name, arguments: input }, { timeout: 110_000, ...o }) as unknown as Promise<Result>,
    stderr: () => err,
    pid: () => transport.pid,
    close: () => client.close(),
  };
}

/** The JSON in the last text block of a result. */
export function json(result: Result): Record<string, unknown> {
  const text = result.content.at(-1)?.text ?? '';
  return JSON.parse(text) as Record<string, unknown>;
}
