// The TypeScript hart: `gpuvisor/reference`.
export { ReferenceFleet, ReferenceHart } from './executor.js';
