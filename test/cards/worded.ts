import type { CardView } from '../../src/domain/views/view.ts';
import { closedOtherwise, done, message, notice, plan, putBack, reminder, running, unknownAsked } from './views.ts';

/** Every view that contains words of somebody. */
export const withWords = (words: string): readonly CardView[] => {
  const by = { id: 'x', name: words };
  return [
    {
      ...plan,
      by,
      reason: words,
      votes: [{ by, vote: 'deny', at: plan.at, reason: words }],
      mayApprove: [by],
      warnings: [
        message('warning.worker-not-connected', { host: 'sqlw01', line: words }),
        message(words, { code: words }),
      ],
    },
    {
      ...running,
      approvedBy: [by],
      stopAsked: by,
      waiting: message('why.host', {
        host: words,
        code: words,
        data: { found: words, wanted: [words], [words]: words },
      }),
    },
    { ...putBack, by, reason: words, endedBy: by, why: message('why.denied', { by: words, reason: words }) },
    {
      ...(closedOtherwise.refused ?? done),
      by,
      why: message('why.refused', { code: words, host: words, data: { words } }),
    },
    { ...unknownAsked, asked: { choice: 'put-all-back', by }, mayApprove: [by] },
    { ...reminder, owner: by, nextWord: words },
    { ...notice, messages: [message('wrong.unknown-word', { said: words, nearest: words })] },
  ];
};
