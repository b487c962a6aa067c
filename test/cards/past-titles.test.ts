import { evidenceTitle } from '../../cards/adaptive/closed.ts';
import type { Draw } from '../../cards/adaptive/draw.ts';
import { say } from '../../cards/wording/index.ts';
import type { Message } from '../../src/domain/values.ts';
import type { ClosedView } from '../../src/domain/views/view.ts';
import { VIEWS } from './views.ts';

const about = { farm: 'prod', ran: true, hosts: [], of: null, unbound: null, unproved: null, everywhere: false };
const said = (data: object): readonly string[] =>
  (['en', 'zh-CN'] as const).map((language) =>
    say({ id: 'closed.title', data: { ...about, past: true, ...data } } as unknown as Message, language),
  );

/** Every end of a rotation that a later one can change. */
const ENDS: readonly object[] = [
  ...['proved', 'put-back', 'stopped', 'left-behind'].map((outcome) => ({ request: 'rotate-master', outcome })),
  { request: 'rotate-master', outcome: 'left-behind', unproved: 'master' },
  { request: 'rotate-master', outcome: 'refused', ran: false },
  ...[true, false].map((seen) => ({ request: 'rotate-master', outcome: 'put-back', unbound: { port: 8391, seen } })),
  ...[['sqlw01'], ['sqlw01', 'sqlw02']].flatMap((hosts) => [
    ...['proved', 'put-back', 'partly', 'contained'].map((outcome) => ({ request: 'rotate-worker', outcome, hosts })),
    { request: 'rotate-worker', outcome: 'left-behind', unproved: 'workers', hosts },
    { request: 'rotate-worker', outcome: 'denied', ran: false, hosts },
    ...['proved', 'partly', 'put-back'].map((outcome) => ({ request: 'reconnect', outcome, hosts })),
    { request: 'reconnect', outcome: 'denied', ran: false, hosts },
  ]),
];

test.each(ENDS)('the title of a card whose machines were changed since speaks of the past: %j', (data) => {
  const [english, chinese] = said(data);
  expect(english).toMatch(/ when this ended/u);
  expect(english).not.toMatch(/\b(?:runs?|keeps?|has|is(?! not proved)|are|stands?|stays?)\b/u);
  expect(chinese).toMatch(/结束时|当时/u);
});

describe('Over what showed that a card is right stands', () => {
  const over = (undone: boolean, name: string): readonly string[] => {
    const { evidence, ...rest } = VIEWS[name] as ClosedView;
    const good = evidence.filter(({ state }) => state === 'good');
    const view = { ...rest, ...(undone ? { undone } : {}), evidence: good };
    return (['en', 'zh-CN'] as const).map((language) =>
      evidenceTitle(view, { tell: (id: string, data: object) => say({ id, data } as Message, language) } as Draw),
    );
  };
  test.each(['closed-done', 'closed-put-back'])('how it is now, or that it is of its end: %s', (name) => {
    expect(over(false, name).join()).not.toMatch(/ended|结束/u);
    const [english, chinese] = over(true, name);
    expect([english, chinese]).toEqual([expect.stringMatching(/when this ended$/u), expect.stringMatching(/^结束时/u)]);
  });
});
