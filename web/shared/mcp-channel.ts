// The page's end of the line to `gpuvisor mcp` (src/cli/mcp/page-channel.ts): calls come as events, results are posted back. Nothing happens on a page that was not opened by it.

import { GpuvisorError } from '../../src/isa/errors.js';
import { type ToolResult, failure } from '../../src/agent/result.js';

/** Carries a call out; must not throw. */
type Call = (name: string, input: unknown, options: { signal?: AbortSignal }) => Promise<ToolResult>;

interface Message {
  readonly kind: 'call' | 'cancel' | 'replaced';
  readonly id?: number;
  readonly name?: string;
  readonly input?: unknown;
}

const KEY = 'gpuvisor-mcp';

/** The token in the page's address (#mcp=TOKEN), which is then removed from it; or the one this tab had before it was reloaded. */
function takeToken(): string | null {
  const found = /^#mcp=([\w-]{16,64})$/.exec(location.hash)?.[1];
  if (found === undefined) return sessionStorage.getItem(KEY);
  sessionStorage.setItem(KEY, found);
  history.replaceState(history.state, '', location.pathname + location.search);
  return found;
}

/** Connects to the server that opened this page; returns how to end that. `onState` hears whether the line is open. */
export function connectMcp(call: Call, onState: (open: boolean) => void = () => undefined): () => void {
  const token = takeToken();
  if (token === null) return () => undefined;
  const at = (path: string): string => new URL(`/mcp/${path}?t=${encodeURIComponent(token)}`, location.origin).href;
  const post = (id: number, result: ToolResult): Promise<Response> =>
    fetch(at('result'), { method: 'POST', body: JSON.stringify({ id, result }), headers: { 'Content-Type': 'application/json' } });
  const going = new Map<number, AbortController>();
  const events = new EventSource(at('events'));
  const cancelAll = (): void => {
    for (const controller of going.values()) controller.abort();
  };
  const close = (): void => {
    events.close();
    cancelAll();
    onState(false);
  };
  events.onopen = () => onState(true);
  events.onerror = () => {
    // Whoever waited for these calls has gone. The browser tries again by itself, unless the server refused.
    cancelAll();
    onState(false);
    if (events.readyState === EventSource.CLOSED) sessionStorage.removeItem(KEY);
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    const { kind, id, name, input } = JSON.parse(data) as Message;
    if (kind === 'replaced') return close();
    if (id === undefined) return;
    if (kind === 'cancel') return going.get(id)?.abort();
    const controller = new AbortController();
    going.set(id, controller);
    void call(name ?? '', input, { signal: controller.signal })
      .catch(failure)
      .then(async (result) => {
        const { status } = await post(id, result);
        if (status === 413)
          await post(id, failure(new GpuvisorError('TOO_LARGE', 'the result is too large to be handed on', 'ask for less')));
      })
      .catch(() => undefined)
      .finally(() => going.delete(id));
  };
  return close;
}
