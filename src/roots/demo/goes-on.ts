import * as z from 'zod';
import { say } from '../../../cards/wording/index.ts';
import type { OpenRotation } from '../../domain/views/open-rotation.ts';

const goesOn = z.object({
  id: z.string(),
  state: z.enum(['looks', 'asks', 'waits', 'runs', 'needs-person']),
  words: z.string(),
  missing: z.int(),
  mayApprove: z.array(z.string()),
});

/** What an earlier rehearsal left open, as the bot reports it when it is ready. */
export type GoesOn = z.output<typeof goesOn>;

/** Open rotations in English words, with times of that zone. */
export const tellGoesOn = (open: readonly OpenRotation[], timeZone: string): readonly GoesOn[] =>
  open.map(({ id, state, line, missing, mayApprove }) => {
    return { id, state, words: say(line, 'en', undefined, timeZone), missing, mayApprove: [...mayApprove] };
  });

/** Empty if it cannot be read: the page shows it too. */
export const readGoesOn = (said: unknown): readonly GoesOn[] => z.array(goesOn).safeParse(said).data ?? [];
