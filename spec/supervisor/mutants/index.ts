// Every planted bug of the supervisor.
import { AXIOM_MUTANTS } from './axiom.js';
import { KERNEL_MUTANTS } from './kernel.js';

export const MUTANTS = [...KERNEL_MUTANTS, ...AXIOM_MUTANTS];
