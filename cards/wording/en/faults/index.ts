import { certificatesFaults } from './certificates.ts';
import type { Faults } from './fault.ts';
import { machineFaults } from './machine.ts';
import { planningFaults } from './planning.ts';
import { servicesFaults } from './services.ts';
import { workFaults } from './work.ts';

/** What goes wrong, by the code of a CertopsError, a refusal or a verdict. */
const faults: Faults = {
  ...servicesFaults,
  ...machineFaults,
  ...certificatesFaults,
  ...workFaults,
  ...planningFaults,
};

export const faultCodes: readonly string[] = Object.keys(faults);

/** undefined: nobody worded this code, so it is shown as it is. */
export const faultOf = (code: string): Faults[string] | undefined =>
  Object.hasOwn(faults, code) ? faults[code] : undefined;
