// gpuvisor mcp: the tools for MCP clients (Claude, Cursor and others) over standard input and output. Everything a person should read goes to standard error.

import { readFileSync } from 'node:fs';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { supervise, TRUSTED } from '../../agent/index.js';
import type { Backend } from '../backend.js';
import { STATUS } from '../errors.js';
import { WEB_ROOT, buildPages } from '../serve.js';
import { nodeHost } from './node-host.js';
import { PageCaller } from './page-caller.js';
import { type Caller, createMcpServer } from './server.js';

/** Options of `gpuvisor mcp`, checked. */
export interface McpArguments {
  /** `node`: no browser at all; `browser`: one without a window. */
  readonly headless?: 'node' | 'browser';
  readonly backend: Backend;
  readonly root?: string;
  readonly snapshots?: string;
  /** False: --no-network. */
  readonly network: boolean;
  readonly browser?: string;
  readonly browserArg?: readonly string[];
  readonly software?: boolean;
  /** False: --no-launch. */
  readonly launch: boolean;
  readonly port: number;
}

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Serves until the client closes its end. */
export async function mcp(args: McpArguments): Promise<number> {
  // Standard output belongs to the protocol: whatever a library prints goes elsewhere.
  console.log = console.info = console.debug = console.error;
  const { caller, close } = await (args.headless === 'node' ? inProcess(args) : inPage(args));
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close'] as const) process.stdin.once(event, () => resolve());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const handle = serveStdio(() => createMcpServer(caller, version), { onerror: (e) => say(`mcp: ${e.message}`) });
  await ended;
  await handle.close().catch(() => undefined);
  await close();
  return STATUS.OK;
}

interface Served {
  readonly caller: Caller;
  close(): Promise<void>;
}

/** Machines in this process, under a supervisor: the client is the principal `mcp`. */
async function inProcess(args: McpArguments): Promise<Served> {
  const { backend, root, snapshots, network } = args;
  const host = nodeHost({ backend, network, ...(root !== undefined && { root }), ...(snapshots !== undefined && { snapshots }) });
  const { agent, dispose } = await supervise(host, { principals: { mcp: TRUSTED } });
  return { caller: agent, close: dispose };
}

/** Machines in a page. */
async function inPage(args: McpArguments): Promise<Served> {
  const windowless =
    args.headless === 'browser' || (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']);
  const caller = new PageCaller({
    folder: WEB_ROOT,
    port: args.port,
    launch: args.launch,
    say,
    browser: {
      headless: windowless,
      software: args.software ?? false,
      ...(args.browser !== undefined && { path: args.browser }),
      ...(args.browserArg && { args: args.browserArg }),
    },
  });
  await buildPages();
  if (!args.launch) say(`Open ${await caller.serve()}`);
  return { caller, close: () => caller.close() };
}
