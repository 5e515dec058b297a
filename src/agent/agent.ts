// The one way in: every call of every agent, checked, in order, bounded, cancellable, and told to whoever watches. It resolves; it never throws.

import { GpuvisorError } from '../isa/errors.js';
import { nearNames } from '../machine/input/near.js';
import { Leash, aborted, checkAborted, unlessAborted } from './abort.js';
import { DEFAULT_KERNEL_ID, type Hypervisor } from './hypervisor.js';
import { Lanes } from './lanes.js';
import { type Failure, type ToolResult, failure, success } from './result.js';
import { HANDLERS } from './tools/index.js';
import { TOOLS, TOOL_BY_NAME, type ToolSpec } from './tools/specs.js';
import { type Context, type Handler, machineLane } from './tools/tool.js';
import type { VmIdentity } from './sources.js';
import { checkInput } from './validate.js';
import type { Vm } from './vm.js';

export interface CallOptions {
  /** Cancels the call: it resolves with ABORTED. */
  readonly signal?: AbortSignal;
  /** Who calls, for the log and for `allow`. */
  readonly principal?: string;
  /** Set by a supervisor: the process that the call is about, and nothing else. */
  readonly process?: CalledProcess;
}

/** The machine a supervised call is about: the process, and which of the machines that have had its pid. */
export interface CalledProcess extends VmIdentity {
  /** Undefined for calls that bring the machine. */
  readonly generation?: number;
}

/** A call as watchers see it: once when it begins, once more when it has ended. */
export interface CallEvent {
  readonly id: number;
  readonly tool: string;
  /** The input, shortened. */
  readonly input: string;
  readonly kernelId: string | undefined;
  readonly readOnly: boolean;
  readonly principal: string;
  /** ms since 1970. */
  readonly started: number;
  readonly ended?: number;
  /** `ok`, or the error's code. */
  readonly outcome?: string;
}

export interface AgentOptions {
  /** Asked before each call. What it throws is the call's answer: PERMISSION_DENIED, for one. */
  readonly allow?: (call: { tool: ToolSpec; kernelId: string | undefined; principal: string }) => void | Promise<void>;
}

/** Characters of an input that watchers see. */
const SUMMARY = 200;

export class Agent {
  readonly tools: readonly ToolSpec[] = TOOLS;
  readonly #listeners = new Set<(event: CallEvent) => void>();
  readonly #lanes = new Lanes();
  #nextId = 1;
  /** Calls whose work has not ended, those whose callers have gone included. */
  #working = 0;

  constructor(
    readonly hypervisor: Hypervisor,
    private readonly options: AgentOptions = {},
  ) {}

  /** Calls in progress. */
  get working(): number {
    return this.#working;
  }

  /** Calls `listener` when a call begins and when it ends; returns how to stop. */
  onCall(listener: (event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Does what a tool does. Always resolves, with plain JSON: what is wrong stands in the result (src/agent/result.ts). */
  async call(name: string, input: unknown = {}, options: CallOptions = {}): Promise<ToolResult> {
    const tool = typeof name === 'string' ? TOOL_BY_NAME.get(name) : undefined;
    const began: CallEvent = {
      id: this.#nextId++,
      tool: String(name).slice(0, SUMMARY),
      input: summary(input),
      kernelId: tool?.inputSchema.properties['kernel_id'] ? kernelIdOf(input) : undefined,
      readOnly: tool?.annotations.readOnlyHint ?? true,
      principal: options.principal ?? 'agent',
      started: Date.now(),
    };
    this.#tell(began);
    let result: ToolResult;
    try {
      if (!tool) throw unknownTool(name);
      result = success(await this.#carryOut(tool, input, options, began));
    } catch (e) {
      result = failed(e, options.signal);
    }
    this.#tell({ ...began, ended: Date.now(), outcome: result.success ? 'ok' : result.error.code });
    return result;
  }

  async #carryOut(
    tool: ToolSpec,
    input: unknown,
    options: CallOptions,
    { kernelId, principal }: CallEvent,
  ): Promise<Awaited<ReturnType<Handler['act']>>> {
    const { limits } = this.hypervisor;
    const fields = checkInput(tool, input);
    if (this.#working >= limits.calls) {
      throw new GpuvisorError(
        'BUSY',
        `${this.#working} calls are in progress; ${limits.calls} are allowed`,
        'wait for some of them to end',
      );
    }
    const leash = new Leash();
    this.#working++;
    let work: Promise<Awaited<ReturnType<Handler['act']>>>;
    try {
      leash.follow(options.signal, aborted);
      await this.options.allow?.({ tool, kernelId, principal });
      checkAborted(leash.signal);
      work = this.#work(tool, fields, leash, options.process);
    } catch (e) {
      this.#working--;
      leash.release();
      throw e;
    }
    // The caller of an aborted call is answered at once; its work keeps its place in the order until it has noticed.
    const ended = work.finally(() => {
      this.#working--;
      leash.release();
    });
    return unlessAborted(ended, leash.signal);
  }

  async #work(
    tool: ToolSpec,
    input: Record<string, unknown>,
    leash: Leash,
    process: CalledProcess | undefined,
  ): Promise<Awaited<ReturnType<Handler['act']>>> {
    const { hypervisor } = this;
    const { limits } = hypervisor;
    const { signal } = leash;
    const handler = HANDLERS[tool.name] as Handler<Record<string, unknown>>;
    const context: Context = {
      hypervisor,
      signal,
      lanes: this.#lanes,
      process,
      on: (kernelId) => {
        const vm = hypervisor.get(kernelId);
        if (!process && hypervisor.supervised) throw unasked(vm);
        if (process && (vm.pid !== process.pid || vm.generation !== process.generation)) throw ended(vm);
        leash.until(
          (end) => vm.onGone(end),
          () => ended(vm),
        );
        return vm;
      },
    };
    const ms = handler.ms?.(input, limits) ?? limits.callMs;
    const act = (): ReturnType<Handler['act']> => {
      leash.limit(ms, () => tooLong(tool, ms));
      return handler.act(input, context);
    };
    if (handler.order === 'beside') return act();
    const id = typeof input['kernel_id'] === 'string' ? input['kernel_id'] : DEFAULT_KERNEL_ID;
    const queued = leash.limit(limits.queueMs, () => queuedTooLong(id, limits.queueMs));
    const leave = await this.#lanes.enter(machineLane(id), signal);
    queued();
    try {
      return await act();
    } finally {
      leave();
    }
  }

  #tell(event: CallEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // A watcher that fails must not fail the call.
      }
    }
  }
}

function summary(input: unknown): string {
  try {
    const json = JSON.stringify(input) ?? String(input);
    return json.length <= SUMMARY ? json : `${json.slice(0, SUMMARY)}…`;
  } catch {
    return '(no JSON)';
  }
}

function kernelIdOf(input: unknown): string {
  const id = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)['kernel_id'] : undefined;
  return typeof id === 'string' ? id.slice(0, 64) : DEFAULT_KERNEL_ID;
}

function failed(e: unknown, signal: AbortSignal | undefined): Failure {
  if (e instanceof GpuvisorError) {
    // A machine that went away under a call; its signal may not have been heard yet.
    return failure(
      e.code === 'DISPOSED'
        ? new GpuvisorError(
            'ABORTED',
            'the machine was ended while this call was at work',
            'hypervisor_list shows which machines there are',
          )
        : e,
    );
  }
  return failure(signal?.aborted ? aborted() : e);
}

/** The error of a call of something that is no tool. */
export function unknownTool(name: unknown): GpuvisorError {
  const near = nearNames(
    String(name),
    TOOLS.map((t) => t.name),
  );
  return new GpuvisorError(
    'UNKNOWN_TOOL',
    `there is no tool ${JSON.stringify(String(name).slice(0, 80))}`,
    near.length > 0 ? `did you mean ${near.join(', ')}?` : `the tools are ${TOOLS.map((t) => t.name).join(', ')}`,
  );
}

const ended = (vm: Vm): GpuvisorError =>
  new GpuvisorError(
    'ABORTED',
    `machine ${vm.id} was ended or replaced while this call was at work`,
    'hypervisor_list shows which machines there are',
  );

const unasked = (vm: Vm): GpuvisorError =>
  new GpuvisorError('PERMISSION_DENIED', `machine ${vm.id} is a supervised process, and nobody was asked`, 'call through the supervisor');

const tooLong = (tool: ToolSpec, ms: number): GpuvisorError =>
  new GpuvisorError('TIMEOUT', `${tool.name} took longer than ${ms} ms`, 'call hypervisor_status to see what the machine does');

const queuedTooLong = (id: string, ms: number): GpuvisorError =>
  new GpuvisorError('BUSY', `other calls on ${id} kept this one waiting for ${ms} ms`, 'send one call at a time');
