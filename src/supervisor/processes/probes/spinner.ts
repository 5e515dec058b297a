// A probe: after one call it computes for ever and never calls again. The watchdog ends it.

import { debug } from '../rt/kernel';

debug('spinner: spins');
let x: u32 = 1;
// A global that is written keeps the loop from being taken away.
for (;;) x = x * 1664525 + 1013904223;
