// Writes a cpio archive in the "newc" format that the Linux kernel unpacks as its initramfs
// (Documentation/driver-api/early-userspace/buffer-format.rst): no compression, fixed times, so the
// same input gives the same bytes.

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const S_IFCHR = 0o020000;

/** 1 January 2026, 00:00 UTC, in seconds: the time of every file that the build makes. */
export const FILE_TIME = 1767225600;

/** A newc archive in the making; entries are written in the order given. */
export class CpioArchive {
  #parts = [];
  #inode = 0;

  directory(path, mode = 0o755) {
    this.#entry(path, S_IFDIR | mode, Buffer.alloc(0), 2);
  }

  file(path, contents, mode = 0o644) {
    this.#entry(path, S_IFREG | mode, Buffer.from(contents), 1);
  }

  symlink(path, target) {
    this.#entry(path, S_IFLNK | 0o777, Buffer.from(target), 1);
  }

  characterDevice(path, major, minor, mode = 0o600) {
    this.#entry(path, S_IFCHR | mode, Buffer.alloc(0), 1, major, minor);
  }

  /** The archive with its trailer. */
  toBuffer() {
    const parts = [...this.#parts, ...CpioArchive.#record('TRAILER!!!', Buffer.alloc(0), [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])];
    return Buffer.concat(parts);
  }

  #entry(path, mode, contents, links, major = 0, minor = 0) {
    this.#inode++;
    const fields = [this.#inode, mode, 0, 0, links, FILE_TIME, contents.length, 0, 0, major, minor];
    this.#parts.push(...CpioArchive.#record(path, contents, fields));
  }

  // `fields`: the eleven numbers from c_ino to c_rdevminor; c_namesize and c_check follow.
  static #record(path, contents, fields) {
    const name = Buffer.from(`${path}\0`);
    const numbers = [...fields, name.length, 0].map((value) => value.toString(16).padStart(8, '0').toUpperCase());
    const head = Buffer.concat([Buffer.from(`070701${numbers.join('')}`), name]);
    return [head, padding(head.length), contents, padding(contents.length)];
  }
}

function padding(length) {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
