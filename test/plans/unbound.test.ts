import { OWN_APP_ID } from '../../src/domain/machine/own-binding.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { isRefusal } from '../../src/domain/values.ts';
import { changesOf } from '../../src/plans/changes.ts';
import { planRotation } from '../../src/plans/index.ts';
import { type Looks, type Loose, master, request, survey, warn } from './support.ts';

/** As a look shows it: nothing bound, nobody answers, and the setting still names the certificate. */
async function unbound(spoil: (looks: Loose<Looks>) => void = () => {}) {
  const { farm, looks } = await survey();
  Object.assign(master(looks), { bindings: [], presented: [] });
  looks.sqlm01?.problems.push({ code: 'binding-missing', data: { port: 8391 } });
  spoil(looks);
  const plan = await planRotation(request(farm, looks));
  if (isRefusal(plan)) throw new Error(`${plan.code} ${JSON.stringify(plan.data)}`);
  return { farm, looks, plan };
}

const steps = ({ slices }: Plan) =>
  slices.flatMap(({ stages }) => Object.values(stages).flatMap(({ steps, checks }) => [...steps, ...checks]));
const named = (plan: Plan, id: string) => steps(plan).find((one) => one.id === id);

describe('a master whose port has no binding', () => {
  test('gets one: planned on nothing, and nobody is asked for after an undo', async () => {
    const { plan } = await unbound();
    expect(named(plan, 'sqlm01/master/bind-port')).toMatchObject({ params: { make: true }, expected: {} });
    expect(named(plan, 'sqlm01/rehearse/rehearse-binding')?.params).toEqual({ port: 8391, thumbprint: { ref: 'new' } });
    expect(named(plan, 'sqlm01/master/presents')).toMatchObject({ wanted: { ref: 'new' }, wantedAfterUndo: null });
    // Connections that stand outlive a binding: who has one is not asked to have it after an undo.
    for (const worker of ['sqlw01', 'sqlw02'])
      expect(named(plan, `${worker}/workers/worker-connected`)).toMatchObject({ wantedAfterUndo: null });
  });

  test('is told on the card, as a warning and in every change', async () => {
    const { farm, looks, plan } = await unbound();
    expect(warn(farm, looks)).toEqual([
      { id: 'warning.nothing-bound', data: { host: 'sqlm01', port: 8391, key: '0.0.0.0:8391', appId: OWN_APP_ID } },
    ]);
    const said = changesOf(plan).flatMap(({ lines }) => lines);
    expect(said.find(({ id }) => id === 'step.bind-port')?.data).toMatchObject({
      bindings: ['0.0.0.0:8391'],
      old: [],
      appId: OWN_APP_ID,
    });
  });

  test.each(['Root', 'My'] as const)(
    'takes the readers of the old key from %s, where the look found it',
    async (store) => {
      const { plan } = await unbound((looks) => {
        master(looks).store = store;
      });
      expect(named(plan, 'sqlm01/create/create-certificate')).toMatchObject({ params: { oldStore: store } });
    },
  );

  test('is not rehearsed where HTTP.SYS does not listen on the loopback, and the card says so', async () => {
    const { farm, looks, plan } = await unbound((looks) => {
      master(looks).listens = ['10.0.0.5'];
    });
    expect(Object.keys(plan.slices[0]?.stages ?? {})).toEqual(['create', 'publish', 'master']);
    expect(warn(farm, looks).map(({ id }) => id)).toEqual(['warning.nothing-bound', 'warning.no-rehearsal']);
  });

  test('is refused before anybody is asked where the runner is of before, which makes none', async () => {
    const { farm, looks } = await unbound();
    delete master(looks).listens;
    expect(await planRotation(request(farm, looks))).toMatchObject({
      code: 'RunnerMakesNoBinding',
      data: { host: 'sqlm01' },
    });
  });

  test('where one is bound, nothing is made', async () => {
    const { farm, looks } = await survey();
    const plan = await planRotation(request(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(named(plan, 'sqlm01/master/bind-port')?.params).toEqual({ port: 8391, thumbprint: { ref: 'new' } });
  });
});
