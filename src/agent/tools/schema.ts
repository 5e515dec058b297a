// The part of JSON Schema (2020-12) that the tools are described with, and the fields that many tools share.

/** A schema of the tools: what every client reads, and what calls are checked against. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly default?: string | number | boolean;
}

/** A schema of a whole input. */
export type InputSchema = Schema & { readonly type: 'object'; readonly properties: Readonly<Record<string, Schema>> };

/** An object that has these fields and no others. */
export function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): InputSchema {
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

export const text = (description: string, maxLength: number): Schema => ({ type: 'string', description, minLength: 1, maxLength });
export const choice = (description: string, values: readonly string[], preset?: string): Schema => ({
  type: 'string',
  enum: values,
  description,
  ...(preset !== undefined && { default: preset }),
});
export const flag = (description: string): Schema => ({ type: 'boolean', description, default: false });
export const whole = (description: string, minimum: number, maximum: number, preset?: number): Schema => ({
  type: 'number',
  multipleOf: 1,
  minimum,
  maximum,
  description,
  ...(preset !== undefined && { default: preset }),
});
/** An address; a number is taken too, which a schema of one type cannot say (see validate.ts). */
export const address = (description: string): Schema => ({ type: 'string', description, maxLength: 40 });

export const KERNEL_ID: Schema = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'Kernel instance ID (default: main_cpu)',
  default: 'main_cpu',
};

export const REGION: Schema = {
  ...object(
    {
      x: { type: 'number', description: 'Left edge, pixels' },
      y: { type: 'number', description: 'Top edge, pixels' },
      width: { type: 'number', description: 'Pixels' },
      height: { type: 'number', description: 'Pixels' },
    },
    ['x', 'y', 'width', 'height'],
  ),
  description: 'Part of the 640x480 screen, in whole framebuffer pixels (default: full screen)',
};

/** Names of snapshots. */
export const SNAPSHOT_NAME: Schema = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'Name of the snapshot: letters, digits, dot, dash, underscore',
};

/** Places to look for new output from. */
export const SINCE: Schema = {
  type: 'string',
  pattern: '^(start|now|[0-9]{1,15}[.][0-9]{1,9})$',
  description:
    'Only what is new since then: a `cursor` from an earlier result, "now", or "start" (everything kept). Default: since your last boot, type, input, run, reset or restore on this machine',
};

/** Where typed text and keys go. */
export const TO: Schema = choice(
  'keyboard: the keyboard of the screen; uart: the serial console. Default: the keyboard where the machine has one, else uart',
  ['keyboard', 'uart'],
);
