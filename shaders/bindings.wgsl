// Buffers. The sizes are fixed at pipeline creation: a fixed-size array is twice as cheap to read as a runtime-sized one.

/// RAM of all machines, one slice of RAM_WORDS each, physical address RAM_BASE first.
@group(0) @binding(0) var<storage, read_write> system_memory: array<u32, RAM_WORDS * MACHINES>;
/// State of all machines, STATE_WORDS each, in the layout of src/isa/state.ts.
@group(0) @binding(1) var<storage, read_write> cpu_states: array<u32, STATE_WORDS * MACHINES>;
/// Decoded instructions: SLOTS pages a machine, an entry for every address where an instruction may begin.
@group(0) @binding(2) var<storage, read_write> decode_cache: array<vec2<u32>, SLOTS * (4096u >> PC_SHIFT) * MACHINES>;
/// What a run asks of each machine and what it answers.
@group(0) @binding(3) var<storage, read_write> control: array<u32, CONTROL_WORDS * MACHINES>;
/// Which code page each decode slot of each machine holds.
@group(0) @binding(4) var<storage, read_write> decode_slots: array<u32, SLOT_WORDS * MACHINES>;
/// Work that one machine may do in this dispatch: bounds its time whatever the guest does.
@group(0) @binding(5) var<uniform> dispatch_fuel: u32;

/// Steps that may still be taken; the host writes it, the shader counts it down.
const C_BUDGET: u32 = 0u;
/// 1 while the run goes on (only the fuel of a dispatch ran out), 0 once it has ended.
const C_RUNNING: u32 = 1u;
/// 1 until the first step of a run is taken: a breakpoint at pc is passed over.
const C_FIRST: u32 = 2u;
/// 1 when the host has written memory: every decoded page is looked up anew.
const C_FLUSH: u32 = 3u;
const CONTROL_WORDS: u32 = 4u;

/// Counts FENCE.I and host writes; part of every tag.
const S_EPOCH: u32 = 0u;
const S_TAG: u32 = 1u;
const S_GENERATION: u32 = S_TAG + SLOTS;
const SLOT_WORDS: u32 = S_GENERATION + SLOTS;
