import fc from 'fast-check';
import { judgeOrigin } from '../../../adapters/slack/doorkeeper.ts';
import { parseDelivery } from '../../../adapters/slack/intents.ts';
import { isRefusal } from '../../../src/domain/values.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** What somebody may put into a field of a payload. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant('__proto__'),
  fc.constant('x'.repeat(50_000)),
  fc.constant(undefined),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

type Path = readonly string[];

function pathsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...at, name]))].filter(
    (path) => path.length > 0,
  );
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) return value.map((one, at) => (String(at) === name ? replaced(one, rest, by) : one));
  return { ...(value as object), [name]: replaced((value as { [name: string]: unknown })[name], rest, by) };
}

const VALID = () => [
  rig.payloads.command('U0MEI', 'status'),
  rig.payloads.click('U0ANA', {}, { action_id: 'approve', value: '{"v":1,"rotation":"prod-17"}' }),
  rig.payloads.submit(
    'U0TOM',
    {
      id: 'V1',
      callback_id: 'deny',
      private_metadata: '{"v":1}',
      opened_by: 'U0TOM',
      blocks: [{ type: 'input', block_id: 'reason', element: { type: 'plain_text_input', action_id: 'reason' } }],
    },
    { reason: 'no' },
  ),
  rig.payloads.mention('U0MEI', 'status'),
  rig.payloads.direct('U0MEI', 'status'),
];

const ACCESS = () => ({ app: rig.slack.app, workspaces: [rig.slack.team], enterprises: [] });

test('a payload with anything in any one field is understood or refused, and nothing worse', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.nat(), odd, (which, where, value) => {
      const payload = VALID()[which];
      const paths = pathsOf(payload);
      const changed = replaced(payload, paths[where % paths.length] ?? [], value);
      const delivery = parseDelivery(changed, 'U0CERTOPS');
      if (isRefusal(delivery)) return JSON.stringify(delivery).length < 500;
      if (delivery.type === 'nothing') return true;
      return /^[A-Z0-9]{1,40}$/u.test(delivery.account) && typeof delivery.origin.app === 'string';
    }),
    { numRuns: 2_000 },
  );
});

/** The same payload with another name everywhere it has this one; undefined: with no name there. */
function renamed(value: unknown, from: string, to: unknown): unknown {
  if (value === from) return to;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, from, to));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one, from, to)]));
}

describe('a real payload', () => {
  test('is let in', () => {
    for (const payload of VALID()) {
      const delivery = parseDelivery(payload, 'U0CERTOPS');
      if (isRefusal(delivery) || delivery.type === 'nothing') throw new Error('not understood');
      expect(judgeOrigin(ACCESS(), delivery.origin)).toBeNull();
    }
  });

  test.each<[string, () => string]>([
    ['app', () => rig.slack.app],
    ['workspace', () => rig.slack.team],
  ])('is not let in with anything else in place of our %s', (_what, ours) => {
    const other = fc.oneof(fc.stringMatching(/^[A-Z0-9]{1,12}$/u), fc.constantFrom(undefined, null, ''), odd);
    let judged = 0;
    fc.assert(
      fc.property(fc.nat(4), other, (which, to) => {
        fc.pre(to !== ours());
        const delivery = parseDelivery(renamed(VALID()[which], ours(), to), 'U0CERTOPS');
        if (isRefusal(delivery) || delivery.type === 'nothing') return true;
        judged += 1;
        return judgeOrigin(ACCESS(), delivery.origin) !== null;
      }),
      { numRuns: 1_000 },
    );
    // Most of the others are refused for their shape alone.
    expect(judged).toBeGreaterThan(100);
  });
});

test('random signed bodies crash nothing and reach nobody', async () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json().map((json) => `payload=${encodeURIComponent(json)}`),
    fc.json(),
    fc
      .dictionary(fc.constantFrom('command', 'type', 'payload', 'user_id', 'team_id', 'event'), fc.string())
      .map((form) => new URLSearchParams(form).toString()),
    fc
      .record({
        type: fc.constantFrom('block_actions', 'view_submission', 'event_callback'),
        event: odd,
        actions: odd,
        view: odd,
        user: odd,
      })
      .map((payload) => `payload=${encodeURIComponent(JSON.stringify(payload))}`),
  );
  await fc.assert(
    fc.asyncProperty(
      body,
      fc.constantFrom('application/json', 'application/x-www-form-urlencoded'),
      async (raw, contentType) => {
        const sent = await rig.raw(raw, { contentType });
        expect([200, 400, 413]).toContain(sent.status);
      },
    ),
    { numRuns: 300 },
  );
  await rig.settled();
  expect(rig.intents).toEqual([]);
  await rig.deliver(rig.payloads.command('U0MEI', 'status'));
  await rig.settled();
  expect(rig.intents).toHaveLength(1);
});
