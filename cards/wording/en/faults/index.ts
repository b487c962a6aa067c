import { faultWords } from '../../fault-words.ts';
import { certificatesFaults } from './certificates.ts';
import { chatFaults } from './chat.ts';
import { endpointsFaults } from './endpoints.ts';
import { existingFaults } from './existing.ts';
import { DISK_FULL, type Faults } from './fault.ts';
import { machineFaults } from './machine.ts';
import { pinnedFaults } from './pinned.ts';
import { planningFaults } from './planning.ts';
import { queueFaults } from './queue.ts';
import { restoredFaults } from './restored.ts';
import { servicesFaults } from './services.ts';
import { toolsFaults } from './tools.ts';
import { unansweredFaults } from './unanswered.ts';
import { unwritableFaults } from './unwritable.ts';
import { workFaults } from './work.ts';

/** What goes wrong, by the code of a CertopsError, a refusal or a verdict. */
export const faults = {
  ...servicesFaults,
  ...machineFaults,
  ...certificatesFaults,
  ...toolsFaults,
  ...workFaults,
  ...unansweredFaults,
  ...queueFaults,
  ...restoredFaults,
  ...unwritableFaults,
  ...planningFaults,
  ...endpointsFaults,
  ...existingFaults,
  ...pinnedFaults,
  ...chatFaults,
} satisfies Faults;

export const { errors, sentence, wayOn, inBrief, faultOf } = faultWords(faults, '.', DISK_FULL);
