// A guest under qemu-system-riscv32, driven over its serial line: wait for text, type, look at the
// framebuffer. QEMU's `virt` machine with an RV32IMA hart and nothing more.

import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';

const HART = 'rv32,c=off,f=off,d=off,h=off,zba=off,zbb=off,zbc=off,zbs=off';
/** One instruction is 2^7 ns of guest time: near the machine's own 100 ns, and what turns times into instruction counts. */
export const INSTRUCTION_NS = 128;

/** A running QEMU. Always `await quit()` it. */
export class QemuGuest {
  #process;
  #text = '';
  #seen = 0;
  #waiting;
  #exited;
  #socket;

  /**
   * `firmware`, `image`, `initramfs`: paths. `disk`: path of an image that the guest writes to, if any. `deviceTree` and `initramfsAt`: a device
   * tree of one's own, which then names the initramfs at that address. `folder`: for the monitor's socket. `files`: a folder offered by 9P with the tag
   * `gpuvisor`. `keyboard`: whether there is one.
   */
  constructor({ firmware, image, initramfs, disk, append, deviceTree, initramfsAt, folder, files, keyboard }) {
    this.#socket = join(folder, 'monitor');
    // prettier-ignore
    const args = ['-M', 'virt', '-cpu', HART, '-m', '64', '-display', 'none', '-serial', 'stdio', '-no-reboot',
      '-monitor', `unix:${this.#socket},server=on,wait=off`, '-icount', 'shift=7',
      '-bios', firmware, '-kernel', image, '-append', append, '-global', 'virtio-mmio.force-legacy=false'];
    if (deviceTree) args.push('-dtb', deviceTree, '-device', `loader,file=${initramfs},addr=${initramfsAt},force-raw=on`);
    else args.push('-initrd', initramfs);
    if (disk) args.push('-drive', `file=${disk},format=raw,if=none,id=disk`, '-device', 'virtio-blk-device,drive=disk');
    if (files)
      args.push('-fsdev', `local,id=files,path=${files},security_model=none`, '-device', 'virtio-9p-device,fsdev=files,mount_tag=gpuvisor');
    if (keyboard) args.push('-device', 'virtio-keyboard-device');
    this.#process = spawn('qemu-system-riscv32', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stdin.on('error', () => {});
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (chunk) => {
        this.#text += chunk.toString('latin1');
        this.#waiting?.();
      });
    }
    this.#exited = new Promise((done) => {
      this.#process.on('error', (error) => {
        this.#text += `\n${error.message}`;
        done(error.message);
      });
      this.#process.on('close', (status, signal) => done(signal ?? status));
    });
  }

  /** Everything the serial line has said. */
  get text() {
    return this.#text.replaceAll('\r', '');
  }

  /** Waits until `pattern` appears in what was said since the last match; resolves to the match. */
  async expect(pattern, seconds) {
    const deadline = Date.now() + seconds * 1000;
    let ended = false;
    void this.#exited.then(() => {
      ended = true;
      this.#waiting?.();
    });
    for (;;) {
      const match = pattern.exec(this.text.slice(this.#seen));
      if (match) {
        this.#seen += match.index + match[0].length;
        return match;
      }
      const left = deadline - Date.now();
      if (ended || left <= 0) {
        const why = ended ? 'QEMU ended' : `${seconds} s passed`;
        throw new Error(`${why} before the guest said ${pattern}. Its last words:\n${this.text.slice(-1500)}`);
      }
      await new Promise((done) => {
        const timer = setTimeout(done, left);
        this.#waiting = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }

  /** Types a line. */
  type(line) {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Types a command at the prompt and resolves to what it printed. */
  async command(line, seconds = 20) {
    this.type(line);
    await this.expect(/\n/, seconds); // the echo
    const match = await this.expect(/^((?:[^]*?\n)?)gpuvisor:\S+# /, seconds);
    return match[1];
  }

  /** Writes guest-physical memory to a file of the host. */
  async saveMemory(address, bytes, path) {
    await this.#monitor(`pmemsave ${address} ${bytes} "${path}"`);
  }

  /** Presses a key, by QEMU's name for it. */
  async press(key) {
    await this.#monitor(`sendkey ${key}`);
  }

  async #monitor(command) {
    await new Promise((done, fail) => {
      const monitor = connect(this.#socket);
      let said = '';
      let sent = false;
      monitor.on('error', fail);
      monitor.on('data', (chunk) => {
        said += chunk.toString('latin1');
        const prompts = said.split('(qemu) ').length - 1;
        if (prompts === 1 && !sent) {
          sent = true;
          monitor.write(`${command}\n`);
        }
        if (prompts >= 2) {
          monitor.end();
          done();
        }
      });
    });
  }

  /** Waits for QEMU to end by itself; resolves to its status. */
  async ended(seconds) {
    const timeout = new Promise((_, fail) => setTimeout(() => fail(new Error(`QEMU did not end in ${seconds} s`)), seconds * 1000).unref());
    return Promise.race([this.#exited, timeout]);
  }

  /** Ends QEMU, whatever it is doing. */
  async quit() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
