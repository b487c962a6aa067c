import type { Facts, Thumbprint } from '../../src/domain/values.ts';
import type { HostReader } from '../../src/ports/windows-host.ts';
import { STEPS } from '../../src/steps/index.ts';

const STOLEN = 'AB'.repeat(20) as Thumbprint;
const step = STEPS['distrust-certificate'];
const params = step.parse({ thumbprint: STOLEN, worker: 'sqlw01' }, {});
const how = { made: null, secret: null, refs: {}, direction: 'forth' } as const;
const trusted = { present: true, thumbprint: STOLEN, der: 'AAAA' };
const gone = { present: false, thumbprint: STOLEN, der: null };

describe('Trust in a worker’s stolen certificate', () => {
  test.each<[string, readonly string[] | null, Facts]>([
    ['is seen with its bytes while it lies in Root', ['Root'], trusted],
    ['is seen in Root, wherever else it lies', ['My', 'Root'], trusted],
    ['is not there while the certificate lies in another store alone', ['My'], gone],
    ['is not there if the machine does not know the certificate', null, gone],
  ])('%s', async (_, stores, facts) => {
    const asked: unknown[] = [];
    const host = {
      async named(of: readonly string[]) {
        asked.push(of);
        return stores === null ? [] : [{ der: 'AAAA', places: stores.map((store) => ({ store })) }];
      },
    } as unknown as HostReader;
    expect(await step.observe(host, params, null)).toEqual(facts);
    expect(asked).toEqual([[STOLEN]]);
  });

  test('is taken out of Root without touching any key, and is met once it is gone', () => {
    const goal = step.goal(trusted, params, null) as Facts;
    expect(goal).toEqual(gone);
    expect(step.judge(trusted, goal, null)).toMatchObject({ met: false, code: 'CertificateStillThere' });
    expect(step.move(trusted, goal, params, how)).toEqual([
      { type: 'certificate.remove', store: 'Root', thumbprint: STOLEN, withKey: false },
    ]);
    expect([step.judge(gone, goal, null), step.move(gone, goal, params, how)]).toEqual([{ met: true }, []]);
  });

  test('never comes back, whatever was there before', () => {
    for (const now of [gone, trusted]) {
      expect(step.judge(now, trusted, null)).toEqual({ met: true });
      expect(step.move(now, trusted, params, { ...how, direction: 'back' })).toEqual([]);
    }
    expect(step.isFinal).toBe(true);
  });

  test('is planned as if it were there, for the plan is made before the machine is asked', () => {
    expect(step.assumed?.(params)).toEqual({ ...trusted, der: null });
  });
});
