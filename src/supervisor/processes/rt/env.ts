// What a process is given from outside: its memory, and these (src/supervisor/hal). The file's name is the module's name of the imports.

/** Posts a syscall with `length` bytes at `data`, and blocks until it is answered. Negative: an error. */
export declare function syscall(number: i32, a0: i32, a1: i32, a2: i32, data: usize, length: i32): i64;
/** Bytes of the last answer. */
export declare function answer_length(): i32;
/** Copies the last answer to `to`, as much of it as fits; returns how many bytes that is. */
export declare function answer(to: usize, capacity: i32): i32;
