// Values of options: checked here, so that every command says the same about the same mistake.

import { GpuvisorError } from '../isa/errors.js';
import { MEMORY_MAPS, type MapName } from '../machine/map.js';

/** A whole number of at least `least`. @throws GpuvisorError BAD_ARGUMENT */
export function wholeNumber(option: string, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${option} is ${text}; it takes a whole number from ${least}`,
        `for example ${option} ${Math.max(least, 64)}`,
      );
    }
    return value;
  };
}

/** A TCP port, 0 to 65535. @throws GpuvisorError BAD_ARGUMENT */
export function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) {
    throw new GpuvisorError('BAD_ARGUMENT', `--port is ${text}; it takes a whole number from 0 to 65535`, 'for example --port 8080');
  }
  return value;
}

/** A number of seconds above zero. @throws GpuvisorError BAD_ARGUMENT */
export function seconds(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0)) {
      throw new GpuvisorError('BAD_ARGUMENT', `${option} is ${text}; it takes a number of seconds above 0`, `for example ${option} 600`);
    }
    return value;
  };
}

/** MiB; the map says which sizes it takes. @throws GpuvisorError BAD_MEMORY_SIZE */
export function memoryMb(text: string): number {
  const value = Number(text);
  if (!/^-?\d+(\.\d+)?$/.test(text)) {
    throw new GpuvisorError('BAD_MEMORY_SIZE', `--memory is ${text}; it takes a whole number of MiB`, 'for example --memory 64');
  }
  return value;
}

/** @throws GpuvisorError BAD_ARGUMENT */
export function mapName(text: string): MapName {
  if (!Object.hasOwn(MEMORY_MAPS, text)) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `--map is ${text}; there are ${Object.keys(MEMORY_MAPS).join(' and ')}`,
      'leave it out for visual',
    );
  }
  return text as MapName;
}

/** @throws GpuvisorError BAD_ARGUMENT */
export function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new GpuvisorError('BAD_ARGUMENT', `--until is no regular expression: ${text}`, "for example --until 'login: '", { cause });
  }
}

/** @throws GpuvisorError BAD_ARGUMENT */
export function headless(text: string): 'node' | 'browser' {
  if (text === 'node' || text === 'browser') return text;
  throw new GpuvisorError('BAD_ARGUMENT', `--headless is ${text}; there are node and browser`, 'leave it out for a browser with a window');
}
