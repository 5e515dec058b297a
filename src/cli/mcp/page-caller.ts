// Calls carried out by a page in a browser: the page is served and the browser opened when the first call comes, and again when it has gone.

import type { ToolResult } from '../../agent/result.js';
import { GpuvisorError } from '../../isa/errors.js';
import { type WebServer, startServer } from '../serve.js';
import { type Browser, type BrowserOptions, openBrowser } from './browser.js';
import { PageChannel } from './page-channel.js';
import type { Caller } from './server.js';

export interface PageOptions {
  /** The folder of the built pages. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly browser: BrowserOptions;
  /** False: a person opens the page; its address is told. */
  readonly launch: boolean;
  readonly say: (text: string) => void;
}

/** How long a page may take to dial home, ms: it loads a shader of some size. */
const ARRIVAL_MS = 60_000;
/** How long a person is waited for. */
const PERSON_MS = 20_000;

export class PageCaller implements Caller {
  #server: Promise<{ web: WebServer; channel: PageChannel }> | undefined;
  #browser: Browser | undefined;
  /** The page being opened. */
  #opening: Promise<void> | undefined;

  constructor(private readonly options: PageOptions) {}

  /** Serves the page; its address with the token. Once. */
  async serve(): Promise<string> {
    const { web, channel } = await this.#serve();
    return `${web.url}#mcp=${channel.token}`;
  }

  #serve(): Promise<{ web: WebServer; channel: PageChannel }> {
    this.#server ??= (async () => {
      let origins: readonly string[] = [];
      const channel = new PageChannel(() => origins);
      const web = await startServer(this.options.folder, this.options.port, (request, response) => channel.handle(request, response));
      const { port } = new URL(web.url);
      origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
      return { web, channel };
    })();
    this.#server.catch(() => (this.#server = undefined));
    return this.#server;
  }

  async call(name: string, input: unknown, options: { readonly signal: AbortSignal; readonly principal: string }): Promise<ToolResult> {
    const { channel } = await this.#serve();
    if (!channel.connected) {
      this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
      await this.#opening;
      const { launch } = this.options;
      if (!(await channel.arrival(launch ? ARRIVAL_MS : PERSON_MS, options.signal))) {
        throw new GpuvisorError(
          'PAGE_LOST',
          launch ? `the page did not report within ${ARRIVAL_MS / 1000} s` : 'the page is not open',
          `open ${await this.serve()} in a browser with WebGPU${launch ? ' yourself; or start the server with --software or --headless node' : ''}`,
        );
      }
    }
    return channel.call(name, input, options);
  }

  /** Opens the page in a browser, unless one is on its way. */
  async #open(): Promise<void> {
    const { launch, browser, say } = this.options;
    const url = await this.serve();
    if (!launch) return say(`Open ${url}`);
    // A browser without our page is of no use.
    await this.#browser?.close();
    this.#browser = undefined;
    say(`Opening ${url}`);
    this.#browser = await openBrowser(url, browser);
  }

  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    server?.channel.close();
    await this.#browser?.close();
    await server?.web.close();
  }
}
