// The soak page: its parts, called by spec/supervisor/soak/drive.ts.
import { hostile } from './hostile.js';
import { live } from './reload.js';
import { rate, roundTrip } from './round-trip.js';
import { rounds } from './rounds.js';

const soak = { rounds, hostile, roundTrip, rate, live };
export type Soak = typeof soak;

declare global {
  interface Window {
    soak?: Soak;
  }
}
window.soak = soak;
