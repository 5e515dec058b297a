// A terminal's screen, as much of it as the terminal process uses: what a person would see.
export class Screen {
  readonly #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  bells = 0;

  write(text: string): void {
    for (let i = 0; i < text.length;) {
      const escape = /^\x1b\[([0-9;]*)([A-Za-z])/.exec(text.slice(i, i + 12));
      if (escape) {
        this.#command(escape[2]!, escape[1]!);
        i += escape[0].length;
        continue;
      }
      const character = String.fromCodePoint(text.codePointAt(i)!);
      this.#put(character);
      i += character.length;
    }
  }

  #command(letter: string, parameter: string): void {
    if (letter === 'K') this.#lines[this.#row]!.length = Math.min(this.#lines[this.#row]!.length, this.#column);
    else if (letter === 'J' && parameter === '2') this.#lines.splice(0, this.#lines.length, ...this.#lines.map(() => []));
    else if (letter === 'H') [this.#row, this.#column] = [0, 0];
    else throw new Error(`the screen does not know ESC [ ${parameter} ${letter}`);
  }

  #put(character: string): void {
    const line = this.#lines[this.#row]!;
    if (character === '\r') this.#column = 0;
    else if (character === '\n') {
      this.#row++;
      this.#lines[this.#row] ??= [];
    } else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character === '\x07') this.bells++;
    else if (character < ' ') throw new Error(`the screen does not know ${JSON.stringify(character)}`);
    else {
      while (line.length < this.#column) line.push(' ');
      line[this.#column++] = character;
    }
  }

  /** What stands in the row of the cursor, with `|` where the cursor is. */
  get line(): string {
    const line = this.#lines[this.#row]!;
    return `${line.slice(0, this.#column).join('')}|${line.slice(this.#column).join('').trimEnd()}`;
  }

  /** All rows above it. */
  get above(): string[] {
    return this.#lines.slice(0, this.#row).map((line) => line.join('').trimEnd());
  }
}
