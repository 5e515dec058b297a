// Answers the page's messages: one place where asks become calls, and what happens becomes events.

import { GpuvisorError } from '../../../src/isa/errors.js';
import { troubleOf } from '../../shared/work.js';
import { type Act, type Answers, type EngineEvent, type FromEngine, PROTOCOL_VERSION, type Takes, type ToEngine } from '../protocol.js';
import { Engine } from './engine.js';

/** The engine's end of the line: a worker's global, or a message port. */
export interface EnginePort {
  postMessage(message: FromEngine, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToEngine>) => void): void;
}

type Handlers = { readonly [A in Act]: (takes: Takes<A>, signal: AbortSignal) => Promise<Answers<A>> };

/** Serves one page for as long as it lives. */
export function serveEngine(port: EnginePort): void {
  const tell = (event: EngineEvent): void => port.postMessage({ kind: 'event', event });
  const going = new Map<number, AbortController>();
  let engine: Engine | undefined;
  let canvas: OffscreenCanvas | undefined;
  const running = (): Engine => {
    if (!engine) throw new GpuvisorError('NOT_BOOTED', 'the engine has not been started', 'ask `start` first');
    return engine;
  };
  const handlers: Handlers = {
    start: async ({ version, ...options }) => {
      // It is handed over once; a first start may have failed.
      canvas ??= options.canvas;
      if (version !== PROTOCOL_VERSION) {
        throw new GpuvisorError(
          'INTERNAL',
          `the page speaks version ${version} and its worker ${PROTOCOL_VERSION}`,
          'reload the page without its cache',
        );
      }
      engine ??= await Engine.create({ ...options, canvas }, tell);
      return engine.started();
    },
    open: (takes) => running().open(takes),
    boot: (takes, signal) => running().boot(takes, signal),
    pause: () => running().pause(),
    resume: () => running().resume(),
    reset: () => running().reset(),
    move: ({ backend }) => running().move(backend),
    show: ({ id }) => running().show(id),
    type: ({ to, text }, signal) => running().type(to, text, signal),
    save: ({ name }) => running().save(name),
    restore: (takes) => running().restore(takes),
    remove: ({ name }) => running().remove(name),
    snapshots: () => running().snapshots(),
    export: ({ name }) => running().export(name),
    picture: () => running().picture(),
    text: () => running().text(),
    keep: () => running().keep(),
    forget: () => running().forget(),
    call: (takes, signal) => running().call(takes, signal),
    end: ({ pid }) => running().end(pid),
    send: ({ pid, bytes }) => running().send(pid, bytes),
    limit: ({ pid, share }) => running().limit(pid, share),
    screen: ({ id, canvas: other }) => running().screen(id, other),
    drawing: () => running().drawing(),
  };

  const ask = async (id: number, act: Act, takes: unknown): Promise<void> => {
    const controller = new AbortController();
    going.set(id, controller);
    try {
      const handler = handlers[act] as (takes: unknown, signal: AbortSignal) => Promise<unknown>;
      const value = await handler(takes, controller.signal);
      port.postMessage({ kind: 'answer', id, value });
    } catch (error) {
      port.postMessage({ kind: 'trouble', id, trouble: troubleOf(error) });
    } finally {
      going.delete(id);
    }
  };

  port.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'ask':
        void ask(data.id, data.act, data.takes);
        break;
      case 'cancel':
        going.get(data.id)?.abort();
        break;
      case 'input':
        engine?.input(data.to, data.bytes);
        break;
      case 'visible':
        engine?.visible(data.visible);
    }
  });
}
