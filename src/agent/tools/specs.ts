// The tools: names, words for a model, JSON Schemas and hints. Nothing else is imported, so that a page's main thread and the MCP server can list them.
// The first seven are those of the seed; their fields and results stand (docs/seed-differences.md tells what was corrected).

import {
  type InputSchema,
  KERNEL_ID,
  REGION,
  SINCE,
  SNAPSHOT_NAME,
  TO,
  type Schema,
  address,
  choice,
  flag,
  object,
  text,
  whole,
} from './schema.js';

export type { InputSchema, Schema } from './schema.js';

/** Hints of a tool, under the names WebMCP gives them. */
export interface ToolAnnotations {
  /** The call changes nothing. */
  readonly readOnlyHint: boolean;
  /** The result holds what the guest wrote: data, never instructions. */
  readonly untrustedContentHint: boolean;
  /** What is there may be lost: a machine replaced, a snapshot deleted. For MCP. */
  readonly destructiveHint?: boolean;
  /** A second call with the same input changes nothing more. For MCP. */
  readonly idempotentHint?: boolean;
}

/** One tool, without what it does. */
export interface ToolSpec {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: InputSchema;
  readonly annotations: ToolAnnotations;
}

const READ: ToolAnnotations = { readOnlyHint: true, untrustedContentHint: false };
const READ_GUEST: ToolAnnotations = { readOnlyHint: true, untrustedContentHint: true };
const ACT: ToolAnnotations = { readOnlyHint: false, untrustedContentHint: false };
const ACT_GUEST: ToolAnnotations = { readOnlyHint: false, untrustedContentHint: true };
const DESTROY: ToolAnnotations = { ...ACT, destructiveHint: true };

const timeout = (what: string): Schema => whole(`${what}, milliseconds`, 100, 60_000, 15_000);

const EVENT = {
  type: choice('What happens', ['keydown', 'keyup', 'mousemove', 'mousedown', 'mouseup']),
  key: text('Key for keyboard events: a character ("a", "A", "!"), a name ("Enter", "ArrowUp", "F1") or a chord ("ctrl+c")', 64),
  x: { type: 'number', description: 'X coordinate for mouse events, framebuffer pixels, 0 to 639' },
  y: { type: 'number', description: 'Y coordinate for mouse events, framebuffer pixels, 0 to 479' },
  button: choice('Mouse button', ['left', 'middle', 'right'], 'left'),
  hold: flag(
    'keydown only: keep the key down until its keyup. Without it a keydown is a whole key press. Shift, Control, Alt and Meta are always held',
  ),
} as const satisfies Record<string, Schema>;

export const TOOLS: readonly ToolSpec[] = [
  {
    name: 'hypervisor_boot',
    title: 'Boot a machine',
    description:
      'Boot a Linux kernel (or a bare RISC-V program) from a .rts.png cartridge. "linux" is built in (shell on screen and serial console), so are "desk" (a desktop with windows) and "mmu" (a page table demo). ' +
      'Returns as soon as the machine runs; then use hypervisor_wait_for {"text":"gpuvisor:~# "} until the shell is up. ' +
      'A machine that already has this kernel_id is replaced once the new one is ready; if the boot fails it stays as it is.',
    inputSchema: object(
      {
        kernel_url: text(
          'URL (http or https) to the .rts.png kernel cartridge, or the name of a built-in one: "linux", "desk", "mmu"',
          4096,
        ),
        memory_mb: whole('Memory size in MB (default 64)', 1, 1024),
        mounts: {
          type: 'array',
          maxItems: 16,
          description: 'List of files to mount into the virtual filesystem',
          items: object(
            {
              url: text('URL (http or https) of the file', 4096),
              path: text('Absolute path in the guest, for example /root/data.csv', 1024),
              writable: flag('The guest may change its copy; read it back with hypervisor_read_file'),
            },
            ['url', 'path'],
          ),
        },
        kernel_id: KERNEL_ID,
        disk_url: text('URL of a .rts.png disk cartridge to attach; built-in kernels bring their own', 4096),
        append: text('Added to the kernel command line', 512),
      },
      ['kernel_url'],
    ),
    annotations: DESTROY,
  },
  {
    name: 'hypervisor_input',
    title: 'Send keys and mouse events',
    description:
      'Send input events to the machine: one event (type, key, x, y) or a list (events) in order. A keydown without "hold" is a complete key press, so one call a key is enough. ' +
      'To type a text use hypervisor_type; to run a shell command and get its output use hypervisor_run.',
    inputSchema: object({
      ...EVENT,
      events: {
        type: 'array',
        minItems: 1,
        maxItems: 256,
        description: 'Several events, in order, instead of one',
        items: object(EVENT, ['type']),
      },
      to: TO,
      kernel_id: KERNEL_ID,
    }),
    annotations: ACT,
  },
  {
    name: 'hypervisor_frame',
    title: 'Take a screenshot',
    description:
      'Capture the current framebuffer (640x480) as a PNG. Prefer hypervisor_read_text for text: it is exact and far smaller. region and max_width make the picture smaller; coordinates of all tools stay framebuffer pixels.',
    inputSchema: object({
      kernel_id: KERNEL_ID,
      format: choice(
        'png: a PNG as data URL; rgba: raw R,G,B,A bytes; bytes: the framebuffer as it is (B,G,R,X); raw ones base64 and small regions only',
        ['png', 'rgba', 'bytes'],
        'png',
      ),
      region: REGION,
      max_width: whole('Shrink the picture to at most this many pixels of width', 1, 640),
    }),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_read_text',
    title: 'Read the screen',
    description:
      'Read the text on the screen. Console text is read exactly (source "glyph", confidence 1), anything else by OCR with its confidence (source "ocr"). source "uart" gives what the serial console printed instead, also for machines without a screen.',
    inputSchema: object({
      kernel_id: KERNEL_ID,
      region: REGION,
      source: choice('screen, or uart: what the serial console printed', ['screen', 'uart']),
      since: { ...SINCE, description: 'uart only: a `cursor` of an earlier result, or "start"; without it the last 40 lines' },
    }),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_find_element',
    title: 'Find elements on the screen',
    description:
      'Find buttons, texts, inputs, windows and icons on the screen, with their bounds in framebuffer pixels (click the middle with hypervisor_input mousedown and mouseup) and a confidence.',
    inputSchema: object({
      kernel_id: KERNEL_ID,
      element_type: choice('Type of element to find', ['button', 'text', 'input', 'window', 'icon']),
      text_pattern: text('Text content to match (optional)', 200),
      color: { type: 'string', maxLength: 32, description: 'Expected color (hex format, optional), for example #3465a4' },
    }),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_set_page_table',
    title: 'Set the page table root',
    description:
      'Configure the MMU page table root (satp CSR, mode Sv32) for a bare program. A kernel that has its own page table is left alone unless "force" is true: changing it under a running Linux crashes it.',
    inputSchema: object(
      {
        kernel_id: KERNEL_ID,
        root_pa: address('Physical address of page table root (hex format), a multiple of 0x1000 in RAM, for example "0x03000000"'),
        force: flag('Replace a page table that the guest set itself'),
      },
      ['root_pa'],
    ),
    annotations: { ...ACT, idempotentHint: true },
  },
  {
    name: 'hypervisor_map_page',
    title: 'Map a page',
    description:
      'Create a page table entry mapping virtual to physical address, after hypervisor_set_page_table. 4 KiB pages; 4 MiB when both addresses are multiples of 0x400000 (or page_size says so). Second-level tables come from memory reserved for them.',
    inputSchema: object(
      {
        kernel_id: KERNEL_ID,
        va: address('Virtual address (hex format), a multiple of 0x1000'),
        pa: address('Physical address (hex format), a multiple of 0x1000'),
        flags: { type: 'number', description: 'Page flags (R=1, W=2, X=4, U=8). Example: 7 for RWX. W needs R' },
        page_size: choice('4K or 4M; default: 4M when both addresses are multiples of 0x400000, else 4K', ['4K', '4M']),
        force: flag('Map over what is mapped there, or change a page table that the guest set itself'),
      },
      ['va', 'pa', 'flags'],
    ),
    annotations: { ...ACT, idempotentHint: true },
  },
  {
    name: 'hypervisor_status',
    title: 'State of a machine',
    description:
      'State of one machine: running, waiting (idle), paused, halted or failed; speed in MIPS, instructions retired, memory, how it ended, whether the page is hidden, and a cursor for "since".',
    inputSchema: object({ kernel_id: KERNEL_ID }),
    annotations: READ,
  },
  {
    name: 'hypervisor_list',
    title: 'List machines',
    description: 'All machines, the built-in cartridges, the saved snapshots and the limits.',
    inputSchema: object({}),
    annotations: READ,
  },
  {
    name: 'hypervisor_pause',
    title: 'Pause a machine',
    description: 'Stop a machine where it is. Reading the screen, memory and files still works. hypervisor_resume lets it run on.',
    inputSchema: object({ kernel_id: KERNEL_ID }),
    annotations: { ...ACT, idempotentHint: true },
  },
  {
    name: 'hypervisor_resume',
    title: 'Resume a machine',
    description: 'Let a paused machine run on.',
    inputSchema: object({ kernel_id: KERNEL_ID }),
    annotations: { ...ACT, idempotentHint: true },
  },
  {
    name: 'hypervisor_reset',
    title: 'Reset a machine',
    description:
      'Start a machine over as after power-on, from the same cartridge. Memory is lost, its disk keeps what was written. Also starts a halted machine again.',
    inputSchema: object({ kernel_id: KERNEL_ID }),
    annotations: DESTROY,
  },
  {
    name: 'hypervisor_kill',
    title: 'Kill a machine',
    description:
      'End a machine and free its memory. Calls that wait on it end at once. Nothing of it is kept; take a hypervisor_snapshot before if it may be wanted again.',
    inputSchema: object({ kernel_id: KERNEL_ID }),
    annotations: DESTROY,
  },
  {
    name: 'hypervisor_snapshot',
    title: 'Save a machine',
    description:
      'Save the whole machine (memory, devices, disk changes, files) under a name; a snapshot of that name is replaced. The machine runs on.',
    inputSchema: object({ kernel_id: KERNEL_ID, name: SNAPSHOT_NAME }, ['name']),
    annotations: DESTROY,
  },
  {
    name: 'hypervisor_restore',
    title: 'Restore a machine',
    description:
      'Bring a saved machine back, running, as kernel_id. A machine that has this kernel_id is replaced once the restored one is ready.',
    inputSchema: object({ kernel_id: KERNEL_ID, name: SNAPSHOT_NAME }, ['name']),
    annotations: DESTROY,
  },
  {
    name: 'hypervisor_delete_snapshot',
    title: 'Delete a snapshot',
    description: 'Delete a saved snapshot. hypervisor_list shows which there are.',
    inputSchema: object({ name: SNAPSHOT_NAME }, ['name']),
    annotations: DESTROY,
  },
  {
    name: 'hypervisor_type',
    title: 'Type text',
    description:
      'Type text into the machine, and Enter behind it with submit. Follow with hypervisor_wait_for or hypervisor_read_text to see what it did; hypervisor_run does all of that for shell commands.',
    inputSchema: object(
      {
        text: text('Text to type; a line break is Enter, a tab is Tab. The keyboard has a US layout', 2048),
        submit: flag('Press Enter at the end'),
        to: TO,
        kernel_id: KERNEL_ID,
      },
      ['text'],
    ),
    annotations: ACT,
  },
  {
    name: 'hypervisor_run',
    title: 'Run a shell command',
    description:
      'Run a command in the shell of the serial console and return its output and exit status. Directory and variables last from one call to the next. The command gets no terminal input: for interactive programs use hypervisor_type and hypervisor_wait_for.',
    inputSchema: object(
      {
        command: text('Command line for sh; line breaks are allowed', 2048),
        timeout_ms: timeout('How long it may take'),
        kernel_id: KERNEL_ID,
      },
      ['command'],
    ),
    annotations: ACT_GUEST,
  },
  {
    name: 'hypervisor_wait_for',
    title: 'Wait for text',
    description:
      'Wait until new output matches: exactly one of text, regex, or gone (waits until that text is no longer on the screen). Looks at the screen and the serial console. On time-out the error shows the last lines.',
    inputSchema: object({
      text: text('Text to wait for, as it stands', 500),
      regex: text('Regular expression (RE2: no lookaround, no back-references); ^ and $ match at lines', 500),
      gone: text('Text to wait for until it has disappeared from the screen', 500),
      source: choice('Where to look', ['any', 'screen', 'uart'], 'any'),
      since: SINCE,
      timeout_ms: timeout('How long to wait'),
      kernel_id: KERNEL_ID,
    }),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_read_memory',
    title: 'Read memory',
    description: 'Read bytes of physical memory, up to 65536 at a time.',
    inputSchema: object(
      {
        kernel_id: KERNEL_ID,
        address: address('Physical address (hex format), in RAM'),
        length: whole('Bytes', 1, 65_536),
        format: choice('hex: two digits a byte; base64; words: 32-bit little-endian words as hex', ['hex', 'base64', 'words'], 'hex'),
      },
      ['address', 'length'],
    ),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_list_files',
    title: 'List shared files',
    description: 'List the files in /shared of the guest (which host and guest both see) and the mounted files.',
    inputSchema: object({ kernel_id: KERNEL_ID, path: text('Folder below /shared (default: all)', 1024) }),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_read_file',
    title: 'Read a shared file',
    description:
      'Read a file that the guest wrote to /shared, or a writable mount by its path. Anything else in the guest: copy it to /shared first, with hypervisor_run.',
    inputSchema: object(
      {
        kernel_id: KERNEL_ID,
        path: text('Path, for example /shared/result.txt', 1024),
        format: choice('text (UTF-8) or base64; default: text when it is UTF-8, else base64', ['text', 'base64']),
        offset: whole('First byte', 0, Number.MAX_SAFE_INTEGER, 0),
        length: whole('Bytes at most', 1, 262_144, 65_536),
      },
      ['path'],
    ),
    annotations: READ_GUEST,
  },
  {
    name: 'hypervisor_write_file',
    title: 'Write a shared file',
    description: 'Put a file into /shared of the guest, as text or base64. The guest sees it at once.',
    inputSchema: object(
      {
        kernel_id: KERNEL_ID,
        path: text('Path below /shared, for example /shared/script.sh', 1024),
        text: { type: 'string', maxLength: 262_144, description: 'Content, as text' },
        base64: { type: 'string', maxLength: 349_528, description: 'Content, as base64, instead of text' },
      },
      ['path'],
    ),
    annotations: ACT,
  },
];

/** The tools by name. */
export const TOOL_BY_NAME: ReadonlyMap<string, ToolSpec> = new Map(TOOLS.map((tool) => [tool.name, tool]));
