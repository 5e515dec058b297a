// Numbers of 9P2000.L (the protocol page of the diod server; include/net/9p/9p.h of Linux) and of Linux's errno.

/** Requests. The answer to each has the next number. */
export const T = {
  STATFS: 8,
  LOPEN: 12,
  LCREATE: 14,
  SYMLINK: 16,
  MKNOD: 18,
  RENAME: 20,
  READLINK: 22,
  GETATTR: 24,
  SETATTR: 26,
  XATTRWALK: 30,
  XATTRCREATE: 32,
  READDIR: 40,
  FSYNC: 50,
  LOCK: 52,
  GETLOCK: 54,
  LINK: 70,
  MKDIR: 72,
  RENAMEAT: 74,
  UNLINKAT: 76,
  VERSION: 100,
  AUTH: 102,
  ATTACH: 104,
  FLUSH: 108,
  WALK: 110,
  READ: 116,
  WRITE: 118,
  CLUNK: 120,
  REMOVE: 122,
} as const;

/** The answer that carries an errno. */
export const RLERROR = 7;

export const VERSION = '9P2000.L';
/** No fid: an attach without authentication. */
export const NOFID = 0xffffffff;
/** No numeric user in an attach. */
export const NONUNAME = 0xffffffff;
/** Names in one walk. */
export const MAX_WALK = 16;

/** size[4] type[1] tag[2] */
export const HEADER = 7;
/** Header and count of an answer that carries data. */
export const DATA_HEADER = HEADER + 4;
/** What Linux takes off msize for the largest read or write. */
export const IO_HEADER = 24;

/** Open flags, as Linux numbers them. */
export const OPEN = {
  ACCESS: 3,
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  CREATE: 0o100,
  EXCL: 0o200,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  DIRECTORY: 0o200000,
} as const;
export const AT_REMOVEDIR = 0x200;

export const GETATTR_BASIC = 0x7ff;
export const SETATTR = { MODE: 1, UID: 2, GID: 4, SIZE: 8, ATIME: 16, MTIME: 32, CTIME: 64, ATIME_SET: 128, MTIME_SET: 256 } as const;

export const QID = { FILE: 0x00, FOLDER: 0x80 } as const;
/** File types of st_mode, and of directory entries. */
export const MODE = { TYPE: 0o170000, FILE: 0o100000, FOLDER: 0o040000, PERMISSIONS: 0o7777 } as const;
export const ENTRY = { FILE: 8, FOLDER: 4 } as const;

export const LOCK = { READ: 0, WRITE: 1, UNLOCK: 2, SUCCESS: 0 } as const;

/** What statfs says the file system is: Linux's magic of 9P. */
export const FS_MAGIC = 0x01021997;

export const ERRNO = {
  ENOENT: 2,
  EIO: 5,
  EPERM: 1,
  EBADF: 9,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EMFILE: 24,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  ENAMETOOLONG: 36,
  ENOTEMPTY: 39,
  EPROTO: 71,
  EILSEQ: 84,
  EMSGSIZE: 90,
  EOPNOTSUPP: 95,
} as const;

/** A request that is answered with an errno. */
export class NineError extends Error {
  constructor(readonly errno: keyof typeof ERRNO) {
    super(errno);
  }
}
