// The hart on WebGPU: `gpuvisor/gpu`. Its declarations name WebGPU's own types.
/// <reference types="@webgpu/types" preserve="true" />
export { adapterName, requestAdapter } from './adapter.js';
export { GPUExecutionSystem, type GpuOptions } from './executor.js';
export { GpuFleet, type GpuFleetOptions } from './fleet.js';
export { GpuHarts, type HartsOptions } from './harts.js';
export { SHADER_PARTS } from './shaders.generated.js';
export { shaderText } from './shader.js';
