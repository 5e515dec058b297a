// Inputs with their place in time: what makes a run repeatable, together with a snapshot of where it began.

/** One piece of console input as it entered the receive ring. */
export interface InputEvent {
  /** Steps taken since reset: the exact place. */
  readonly steps: number;
  /** Instructions retired since reset, for people. */
  readonly instret: number;
  /** mtime at that place, decimal: idle time can pass between two steps. */
  readonly mtime: string;
  readonly input: Uint8Array;
}
