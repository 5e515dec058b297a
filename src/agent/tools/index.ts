// What each tool of the table does.

import { boot } from './boot.js';
import { findElement } from './find.js';
import { listFiles, readFile, writeFile } from './files.js';
import { input, type } from './input.js';
import { mapPage, readMemory, setPageTable } from './memory.js';
import { run } from './run.js';
import { frame, readText } from './screen.js';
import { deleteSnapshot, restore, snapshot } from './snapshots.js';
import { getStatus, kill, list, pause, reset, resume } from './state.js';
import type { Handler } from './tool.js';
import { waitFor } from './wait-for.js';

/** By tool name. Each takes inputs that its tool's schema allows. */
export const HANDLERS: Readonly<Record<string, Handler>> = {
  hypervisor_boot: boot,
  hypervisor_input: input,
  hypervisor_frame: frame,
  hypervisor_read_text: readText,
  hypervisor_find_element: findElement,
  hypervisor_set_page_table: setPageTable,
  hypervisor_map_page: mapPage,
  hypervisor_status: getStatus,
  hypervisor_list: list,
  hypervisor_pause: pause,
  hypervisor_resume: resume,
  hypervisor_reset: reset,
  hypervisor_kill: kill,
  hypervisor_snapshot: snapshot,
  hypervisor_restore: restore,
  hypervisor_delete_snapshot: deleteSnapshot,
  hypervisor_type: type,
  hypervisor_run: run,
  hypervisor_wait_for: waitFor,
  hypervisor_read_memory: readMemory,
  hypervisor_list_files: listFiles,
  hypervisor_read_file: readFile,
  hypervisor_write_file: writeFile,
};
