import { say } from '../../cards/wording/index.ts';
import type { Message } from '../../src/domain/values.ts';

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
  ]),
];

test.each(ENDS)('the title of a card whose machines were changed since speaks of the past: %j', (data) => {
  const [english, chinese] = said(data);
  expect(english).toMatch(/ when this ended/u);
  expect(english).not.toMatch(/\b(?:runs?|keeps?|has|are|stands?)\b/u);
  expect(chinese).toMatch(/结束时|当时/u);
});
