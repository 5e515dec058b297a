// Buffers. The sizes are fixed at pipeline creation: a fixed-size array is twice as cheap to read as a runtime-sized one.

/// RAM of all machines, one slice of RAM_WORDS each, physical address RAM_BASE first.
@group(0) @binding(0) var<storage, read_write> system_memory: array<u32, RAM_WORDS * MACHINES>;
/// State of all machines, STATE_WORDS each, in the layout of src/isa/state.ts.
@group(0) @binding(1) var<storage, read_write> cpu_states: array<u32, STATE_WORDS * MACHINES>;
/// Decoded instructions: SLOTS pages a machine, an entry for every address where an instruction may begin.
@group(0) @binding(2) var<storage, read_write> decode_cache: array<vec2<u32>, SLOTS * (4096u >> PC_SHIFT) * MACHINES>;
/// CONTROL_WORDS a machine: what a run asks and answers, then the tags and generations of the decode slots.
@group(0) @binding(3) var<storage, read_write> control: array<u32, CONTROL_WORDS * MACHINES>;

/// Steps that may still be taken; the host writes it, the shader counts it down.
const C_BUDGET: u32 = 0u;
/// Work that one dispatch may do; bounds its time whatever the guest does.
const C_FUEL: u32 = 1u;
/// 1 while the run goes on (the budget or the fuel of a dispatch ran out, nothing else happened), 0 once it has ended.
const C_RUNNING: u32 = 2u;
/// Counts FENCE.I and host writes; part of every slot tag.
const C_EPOCH: u32 = 3u;
/// 1 on the first dispatch of a run: a breakpoint at pc is passed over.
const C_FIRST: u32 = 4u;
/// 1 when the host has written memory: every decoded page is looked up anew.
const C_FLUSH: u32 = 5u;
const C_SLOT_TAG: u32 = 8u;
const C_SLOT_GENERATION: u32 = C_SLOT_TAG + SLOTS;
const CONTROL_WORDS: u32 = C_SLOT_GENERATION + SLOTS;
