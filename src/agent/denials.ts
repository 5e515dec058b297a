// Why a supervised call is refused or ended: the errors that only a supervisor gives.

import { GpuvisorError } from '../isa/errors.js';
import { ERROR } from '../supervisor/abi/constants.js';

/** The right is missing, or was taken. */
export const denied = (message: string): GpuvisorError =>
  new GpuvisorError(
    'PERMISSION_DENIED',
    message,
    'hypervisor_list shows what may be observed; ask the person in charge of the machines for the right',
  );

/** The machine went away under a call. */
export const ended = (id: string): GpuvisorError =>
  new GpuvisorError(
    'ABORTED',
    `machine ${id} was ended or replaced while this call was at work`,
    'hypervisor_list shows which machines there are',
  );

/** The gateway's NOMEM or AGAIN. */
export const busy = (result: number): GpuvisorError =>
  result === -ERROR.NOMEM
    ? new GpuvisorError('BUSY', 'this principal has as many calls in progress as are allowed', 'wait for some of them to end')
    : new GpuvisorError('BUSY', 'the log lags behind', 'call again in a second');
