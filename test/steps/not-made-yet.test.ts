import type { Facts, Json, Thumbprint } from '../../src/domain/values.ts';
import { CHECKS, STEPS } from '../../src/steps/index.ts';

const OLD = 'AB'.repeat(20) as Thumbprint;
const NEW = 'CD'.repeat(20) as Thumbprint;
const ref = { ref: 'new' };
const bound = { key: '0.0.0.0:8391', kind: 'ipport', thumbprint: OLD, store: 'Root', parameters: {}, extended: {} };

describe('Before the certificate that it names is made,', () => {
  test.each<[keyof typeof STEPS, { readonly [name: string]: Json }, object]>([
    ['trust-certificate', {}, { present: false, thumbprint: null }],
    ['publish-cer', { role: 'master' }, { published: OLD, der: 'AAAA' }],
    ['bind-port', { port: 8391 }, { '0.0.0.0:8391': bound }],
    ['bind-port', { port: 8391, make: true }, {}],
    ['rehearse-binding', { port: 8391, like: '0.0.0.0:8391' }, { rehearsal: null, like: bound }],
    ['rehearse-binding', { port: 8391 }, { rehearsal: null, like: null }],
  ])('%s %j has no goal, instead of one without a thumbprint', (kind, raw, before) => {
    const step = STEPS[kind];
    const params = step.parse({ ...raw, thumbprint: ref }, {});
    expect(step.goal(before as Facts, params, null)).toMatchObject({ refused: true, code: 'CertificateNotMadeYet' });
  });

  test('nothing is looked for in Root, nothing is put there, and an undo of that finds nothing to do', async () => {
    const step = STEPS['trust-certificate'];
    const params = step.parse({ thumbprint: ref }, {});
    const now = await step.observe({} as never, params, null);
    expect(now).toEqual({ present: false, thumbprint: null });
    const how = { made: null, secret: null, refs: {}, direction: 'forth' } as const;
    expect(step.move(now, { present: true, thumbprint: NEW }, params, how)).toMatchObject({
      code: 'CertificateNotMadeYet',
    });
    expect(step.judge(now, now, null)).toEqual({ met: true });
  });

  test.each<[keyof typeof CHECKS, object]>([
    ['presents', { state: 'running', pid: 10, presented: { '10.0.0.5:8391': OLD } }],
    ['worker-connected', { presented: OLD, error: null, log: 'connected', tcp: true, witness: 'log', state: null }],
  ])('%s is not met, and is not waited for', (kind, now) => {
    expect(CHECKS[kind].judge(now as Facts, ref, {})).toMatchObject({
      ...{ met: false, code: 'CertificateNotMadeYet', pending: false },
    });
  });
});
