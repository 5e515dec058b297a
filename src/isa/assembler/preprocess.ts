// Macros, repetition, conditionals and inclusion: turns lines into the statements that are assembled, one at a time, because a
// condition may ask for a symbol that an earlier statement set.

import { AsmError } from './expression.js';
import { splitLines, splitOperands, type Line } from './source.js';

interface Macro {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly fallback: string; readonly required: boolean; readonly rest: boolean }[];
  readonly body: readonly Line[];
}

interface Condition {
  /** Lines of the present branch are assembled. */
  active: boolean;
  /** Some branch has been taken, or the whole block stands in a skipped one. */
  taken: boolean;
  sawElse: boolean;
}

/** What the preprocessor asks of the assembler. */
export interface PreprocessHost {
  /** A number known at this point. @throws AsmError */
  constant(text: string): bigint;
  isDefined(name: string): boolean;
  include(name: string): string;
  statement(line: Line): void;
  report(line: Line, error: unknown): void;
}

const OPEN = /^\.(macro|rept|irp|irpc)\b/i;
const CLOSE: Readonly<Record<string, RegExp>> = { macro: /^\.endm(acro)?\b/i, rept: /^\.endr\b/i, irp: /^\.endr\b/i, irpc: /^\.endr\b/i };
const MAX_DEPTH = 100;

export class Preprocessor {
  private readonly macros = new Map<string, Macro>();
  private conditions: Condition[] = [];
  private expansions = 0;
  private depth = 0;
  private ended = false;
  constructor(private readonly host: PreprocessHost) {}

  /** Runs a whole source file. */
  file(source: string, name: string): void {
    const outer = this.conditions;
    this.conditions = [];
    const lines = splitLines(source, name);
    this.lines(lines);
    if (this.conditions.length > 0) this.host.report(lines[lines.length - 1]!, new AsmError('.if without .endif'));
    this.conditions = outer;
  }

  /** @returns false when `.exitm` ended the list early */
  private lines(lines: readonly Line[]): boolean {
    for (let i = 0; i < lines.length && !this.ended; i++) {
      const line = lines[i]!;
      try {
        const [word, rest] = head(line.text);
        if (/^\.(if\w*|else|elseif|endif)$/.test(word)) {
          this.conditional(word, rest);
          continue;
        }
        if (this.conditions.some((c) => !c.active)) continue;
        const open = OPEN.exec(word);
        if (open) {
          const kind = open[1]!.toLowerCase();
          const end = this.block(lines, i, kind);
          const body = lines.slice(i + 1, end);
          i = end;
          if (kind === 'macro') this.define(rest, body);
          else this.repeat(kind, rest, body);
          continue;
        }
        if (word === '.exitm') return false;
        if (word === '.end') this.ended = true;
        else if (word === '.include') this.include(rest);
        else if (word === '.purgem') this.macros.delete(rest.trim().toLowerCase());
        else this.plain(line);
      } catch (error) {
        this.host.report(line, error);
      }
    }
    return true;
  }

  private plain(line: Line): void {
    const label = /^((?:[A-Za-z_.$][\w.$]*|\d+)\s*:\s*)+/.exec(line.text);
    const after = label ? line.text.slice(label[0].length) : line.text;
    const [word, rest] = head(after);
    const macro = this.macros.get(word.toLowerCase());
    if (!macro) {
      this.host.statement(line);
      return;
    }
    if (label) this.host.statement({ ...line, text: label[0] });
    this.expand(macro, rest);
  }

  private nested(run: () => void): void {
    if (++this.depth > MAX_DEPTH) {
      this.depth--;
      throw new AsmError(`macros or files nested deeper than ${MAX_DEPTH}`);
    }
    try {
      run();
    } finally {
      this.depth--;
    }
  }

  private include(rest: string): void {
    const name = rest.trim().replace(/^"(.*)"$/, '$1');
    this.nested(() => this.file(this.host.include(name), name));
  }

  /** Index of the line that closes the block opened at `from`. */
  private block(lines: readonly Line[], from: number, kind: string): number {
    let depth = 0;
    for (let i = from; i < lines.length; i++) {
      const word = head(lines[i]!.text)[0];
      const open = OPEN.exec(word)?.[1]?.toLowerCase();
      if (open && (open === 'macro') === (kind === 'macro')) depth++;
      else if (CLOSE[kind]!.test(word) && --depth === 0) return i;
    }
    throw new AsmError(`.${kind} without its end`);
  }

  private define(rest: string, body: readonly Line[]): void {
    const m = /^([A-Za-z_.$][\w.$]*)[\s,]*(.*)$/.exec(rest);
    if (!m) throw new AsmError('.macro needs a name');
    const text = m[2]!.replace(/\s*=\s*/g, '=').replace(/\s*:\s*/g, ':');
    const parameters = (text.includes(',') ? splitOperands(text) : splitOperands(text, ' '))
      .filter((p) => p !== '')
      .map((p) => {
        const [left, fallback = ''] = p.split(/=(.*)/s);
        const [name, kind] = left!.split(':');
        return { name: name!.trim(), fallback, required: kind === 'req', rest: kind === 'vararg' };
      });
    this.macros.set(m[1]!.toLowerCase(), { name: m[1]!, parameters, body });
  }

  private expand(macro: Macro, rest: string): void {
    const values = new Map<string, string>();
    const variadic = macro.parameters.findIndex((p) => p.rest);
    let given = rest.includes(',') ? splitOperands(rest) : splitOperands(closed(rest.trim()), ' ').filter((p) => p !== '');
    if (variadic >= 0 && given.length > variadic) given = [...given.slice(0, variadic), given.slice(variadic).join(',')];
    let position = 0;
    for (const argument of given) {
      const keyword = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$/s.exec(argument);
      if (keyword && macro.parameters.some((p) => p.name === keyword[1])) values.set(keyword[1]!, unquote(keyword[2]!));
      else {
        const parameter = macro.parameters[position++];
        if (!parameter) throw new AsmError(`macro ${macro.name} takes ${macro.parameters.length} arguments, ${given.length} given`);
        values.set(parameter.name, unquote(argument));
      }
    }
    for (const p of macro.parameters) {
      if ((values.get(p.name) ?? '') !== '') continue;
      if (p.required) throw new AsmError(`macro ${macro.name} needs a value for ${p.name}`);
      values.set(p.name, unquote(p.fallback));
    }
    const count = this.expansions++;
    const outer = this.conditions;
    this.conditions = [];
    this.nested(() => this.lines(substitute(macro.body, values, count)));
    this.conditions = outer;
  }

  private repeat(kind: string, rest: string, body: readonly Line[]): void {
    if (kind === 'rept') {
      const count = Number(this.host.constant(rest));
      if (count < 0 || count > 1_000_000) throw new AsmError(`.rept ${count}: a count from 0 to 1000000 is allowed`);
      this.nested(() => {
        for (let i = 0; i < count; i++) this.lines(body);
      });
      return;
    }
    const m = /^([\w.$]+)\s*,?\s*(.*)$/s.exec(rest);
    if (!m) throw new AsmError(`.${kind} needs a name`);
    const list = kind === 'irpc' ? [...m[2]!.trim()] : splitOperands(m[2]!);
    this.nested(() => {
      for (const value of list.length > 0 ? list : ['']) this.lines(substitute(body, new Map([[m[1]!, unquote(value)]]), this.expansions));
    });
  }

  private conditional(word: string, rest: string): void {
    const top = this.conditions[this.conditions.length - 1];
    const outerActive = (n: number): boolean => this.conditions.slice(0, n).every((c) => c.active);
    if (word === '.endif') {
      if (!top) throw new AsmError('.endif without .if');
      this.conditions.pop();
      return;
    }
    if (word === '.else' || word === '.elseif') {
      if (!top || top.sawElse) throw new AsmError(`${word} without .if`);
      const go = !top.taken && outerActive(this.conditions.length - 1) && (word === '.else' || this.host.constant(rest) !== 0n);
      top.active = go;
      top.taken ||= go;
      top.sawElse = word === '.else';
      return;
    }
    const condition: Condition = { active: false, taken: true, sawElse: false };
    const reachable = outerActive(this.conditions.length);
    this.conditions.push(condition);
    if (!reachable) return;
    condition.active = condition.taken = this.test(word, rest);
  }

  private test(word: string, rest: string): boolean {
    const compare = (): boolean => {
      const [a = '', b = ''] = splitOperands(rest);
      return unquote(a) === unquote(b);
    };
    switch (word) {
      case '.if':
      case '.ifne':
        return this.host.constant(rest) !== 0n;
      case '.ifeq':
        return this.host.constant(rest) === 0n;
      case '.ifgt':
        return this.host.constant(rest) > 0n;
      case '.ifge':
        return this.host.constant(rest) >= 0n;
      case '.iflt':
        return this.host.constant(rest) < 0n;
      case '.ifle':
        return this.host.constant(rest) <= 0n;
      case '.ifdef':
        return this.host.isDefined(rest.trim());
      case '.ifndef':
      case '.ifnotdef':
        return !this.host.isDefined(rest.trim());
      case '.ifb':
        return rest.trim() === '';
      case '.ifnb':
        return rest.trim() !== '';
      case '.ifc':
      case '.ifeqs':
        return compare();
      case '.ifnc':
      case '.ifnes':
        return !compare();
      default:
        throw new AsmError(`unknown directive ${word}`);
    }
  }
}

/** First word in lower case (macro names keep theirs) and the rest. */
function head(text: string): [string, string] {
  const m = /^(\S+)\s*(.*)$/s.exec(text);
  if (!m) return ['', ''];
  return [m[1]!.startsWith('.') ? m[1]!.toLowerCase() : m[1]!, m[2]!];
}

/** Blanks next to an operator do not separate arguments. */
function closed(text: string): string {
  return /["']/.test(text) ? text : text.replace(/ *([-+*\/%&|^<>=!~()]) */g, '$1');
}

function unquote(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1) : text;
}

function substitute(body: readonly Line[], values: ReadonlyMap<string, string>, count: number): Line[] {
  return body.map((line) => ({
    ...line,
    text: line.text
      .replace(/\\(?:@|\(\)|([A-Za-z_]\w*))/g, (whole, name: string | undefined) => {
        if (whole === '\\@') return String(count);
        if (whole === '\\()') return '\u0000';
        return values.get(name!) ?? whole;
      })
      .replaceAll('\u0000', ''),
  }));
}
