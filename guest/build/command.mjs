// Runs the commands of a build step: output to the step's log, its last line to the progress display,
// and a failure that names step, command and log.

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A build step failed. `code` is stable; the message names the step and the log to read; `hint` the next thing to do. */
export class GuestBuildError extends Error {
  constructor(message, hint, code = 'GUEST_BUILD_FAILED') {
    super(message);
    this.name = 'GuestBuildError';
    this.code = code;
    this.hint = hint;
  }
}

const running = new Set();

/** Ends the commands that are running, with their children. For a build that is interrupted. */
export function endCommands() {
  for (const child of running) {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // it ended by itself
    }
  }
}

function lastLines(path, count) {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/** One step's way to run commands; keeps the log at `logPath` open until `close()`. */
export class CommandLog {
  #fd;
  #step;
  #path;
  #say;

  constructor(step, logPath, say) {
    this.#step = step;
    this.#path = logPath;
    this.#say = say;
    this.#fd = openSync(logPath, 'w');
  }

  /**
   * Runs `command` with `args` in `cwd`. `input` is its standard input, `env` adds to the environment. Resolves to its
   * standard output; rejects with GuestBuildError when it cannot start or exits non-zero.
   */
  run(command, args, { cwd, env = {}, input = '' } = {}) {
    writeSync(this.#fd, `$ ${[command, ...args].join(' ')}\n`);
    return new Promise((done, fail) => {
      const child = spawn(command, args, {
        cwd,
        env: { ...process.env, LC_ALL: 'C', ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true, // a process group of its own, so that make's children end with it
      });
      running.add(child);
      const output = [];
      const take = (keep) => (chunk) => {
        writeSync(this.#fd, chunk);
        if (keep) output.push(chunk);
        const lines = chunk
          .toString('utf8')
          .split(/[\r\n]+/)
          .filter((line) => line.trim() !== '');
        if (lines.length > 0) this.#say(lines[lines.length - 1].trim());
      };
      child.stdout.on('data', take(true));
      child.stderr.on('data', take(false));
      child.stdin.on('error', () => {}); // a command that does not read its input
      child.stdin.end(input);
      child.on('error', (error) => {
        running.delete(child);
        fail(
          error.code === 'ENOENT'
            ? new GuestBuildError(
                `Step '${this.#step}' needs the command '${command}', which is not installed.`,
                'Run: npm run setup',
                'GUEST_TOOL_MISSING',
              )
            : error,
        );
      });
      child.on('close', (status, signal) => {
        running.delete(child);
        if (status === 0) return done(Buffer.concat(output).toString('utf8'));
        fail(
          new GuestBuildError(
            `Step '${this.#step}' failed: '${command} ${args[0] ?? ''}' ended with ${signal ?? `status ${status}`}.\n` +
              `Its last lines:\n${lastLines(this.#path, 8)}`,
            `The whole log: ${this.#path}`,
          ),
        );
      });
    });
  }

  close() {
    closeSync(this.#fd);
  }
}
