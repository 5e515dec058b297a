import { assemble, bootProgram } from 'gpuvisor';
import { GPUExecutionSystem } from 'gpuvisor/gpu';
import { ReferenceHart } from 'gpuvisor/reference';
const program = assemble('li a0, 6; li a1, 7; mul a0, a0, a1; la t0, tohost; sw a0, 0(t0); tohost: .word 0').elf;
for (const h of [GPUExecutionSystem, ReferenceHart]) console.log(await (await bootProgram({ program, executorFactory: h.create })).run(99));
