// Joins the parts of the shader with the constants of one pipeline.

import { configWgsl, type ShaderConfig } from './constants.js';
import { SHADER_PARTS } from './shaders.generated.js';

/** The WGSL program of one pipeline. */
export function shaderText(config: ShaderConfig): string {
  return [configWgsl(config), ...Object.values(SHADER_PARTS)].join('\n');
}
