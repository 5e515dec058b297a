// A supervised hypervisor for the tests, with what its log says as sentences.
import {
  STRANGER,
  supervise,
  TRUSTED,
  type PrincipalPolicy,
  type Supervised,
  type SuperviseOptions,
  type ToolResult,
} from '../../src/agent/index.js';
import { KIND, OPERATION, syscallName } from '../../src/supervisor/index.js';
import { testHost, type TestHost, type TestHostOptions } from './hosts.js';

export { STRANGER, TRUSTED };
export const OBSERVER: PrincipalPolicy = { machines: 'observe', boot: false };

export interface SupervisedBench extends Supervised {
  readonly host: TestHost;
  /** Calls a tool as somebody; fails the test unless it worked. */
  ok(who: string, name: string, input?: unknown): Promise<Record<string, unknown>>;
  /** The same; fails the test unless it failed. */
  error(who: string, name: string, input?: unknown, signal?: AbortSignal): Promise<{ code: string; message: string; hint: string }>;
  /** Acts on machines as the SysLog has them: `mcp VM_BEGIN 1 -> -7`. */
  acts(): string[];
  /** Uses as the CommitLog has them: `mcp hypervisor_frame: done`. */
  uses(): string[];
}

export async function supervisedBench(options: TestHostOptions & SuperviseOptions = {}): Promise<SupervisedBench> {
  const host = testHost(options);
  const all = await supervise(host, { ...options, limits: { pace: 'fast', ...options.limits } });
  const { agent, gateway } = all;
  const nameOf = (pid: number): string => gateway.view.process(pid)?.name ?? `pid ${pid}`;
  return {
    ...all,
    host,
    async ok(who, name, input) {
      const result = await agent.call(name, input, { principal: who });
      if (!result.success) throw new Error(`${name} ${JSON.stringify(input)}: ${JSON.stringify(result)}`);
      return result;
    },
    async error(who, name, input, signal) {
      const result: ToolResult = await agent.call(name, input, { principal: who, ...(signal && { signal }) });
      if (result.success) throw new Error(`${name} ${JSON.stringify(input)} worked: ${JSON.stringify(result).slice(0, 300)}`);
      return (result as Extract<ToolResult, { success: false }>).error;
    },
    acts() {
      const events = gateway.syslog.since(1);
      const answers = new Map(events.flatMap((e) => (e.kind === 'response' ? [[e.request, e.result] as const] : [])));
      return events.flatMap((e) => {
        if (e.kind !== 'request' || gateway.view.process(e.pid)?.kind !== KIND.PRINCIPAL) return [];
        const args = e.number === OPERATION.VM_BEGIN ? ` ${e.args[1]}` : '';
        return [`${nameOf(e.pid)} ${syscallName(e.number)}${args} -> ${Math.min(0, answers.get(e.id) ?? NaN)}`];
      });
    },
    uses() {
      const said = new Map<number, string>();
      const lines: string[] = [];
      for (const { commit } of gateway.commits.since(1)) {
        if (commit.type === 'UseBegan') said.set(commit.use, `${nameOf(commit.pid)} ${commit.what}`);
        if (commit.type === 'UseEnded') lines.push(`${said.get(commit.use)}: ${['done', 'right gone', 'source gone'][commit.how]}`);
      }
      return lines;
    },
  };
}
