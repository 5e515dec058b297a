// The one error class of the package: a stable code, what came, what is allowed, and the next step.

/** Stable error codes. They are part of the public interface: a code is never renamed. */
export type ErrorCode =
  | 'BAD_ARGUMENT'
  | 'BAD_MEMORY_SIZE'
  | 'ELF_INVALID'
  | 'IMAGE_INVALID'
  | 'LOAD_OUTSIDE_RAM'
  | 'LOAD_OVERLAP'
  | 'DISK_INVALID'
  | 'SNAPSHOT_INVALID'
  | 'ASSEMBLY_FAILED'
  | 'WEBGPU_UNAVAILABLE'
  | 'DEVICE_LOST'
  | 'OUT_OF_MEMORY'
  | 'GUEST_NOT_BUILT'
  | 'FILE_NOT_FOUND'
  | 'TOOL_MISSING'
  | 'TIMEOUT'
  | 'DISPOSED'
  | 'CARTRIDGE_INVALID'
  | 'FETCH_FAILED'
  | 'KERNEL_FETCH_FAILED'
  | 'ABORTED'
  | 'NOT_BOOTED'
  | 'UNKNOWN_VM'
  | 'UNKNOWN_TOOL'
  | 'GUEST_TRAPPED'
  | 'PERMISSION_DENIED'
  | 'PAGE_LOST'
  | 'MOUNT_INVALID'
  | 'UNALIGNED_ADDRESS'
  | 'ADDRESS_OUT_OF_RANGE'
  | 'PAGE_TABLE_IN_USE'
  | 'NO_SCREEN'
  | 'TOO_LARGE'
  | 'BUSY'
  | 'BINARY_INVALID'
  | 'SHARED_MEMORY_UNAVAILABLE'
  | 'INTERNAL';

/** Every error this package throws on purpose. */
export class GpuvisorError extends Error {
  override readonly name = 'GpuvisorError';
  constructor(
    /** Stable, for programs. */
    readonly code: ErrorCode,
    /** What was received and what is allowed. */
    message: string,
    /** What to do next; one sentence. */
    readonly hint: string = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
