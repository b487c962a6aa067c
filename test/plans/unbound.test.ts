import { seen } from '../../src/domain/machine/ssisdb.ts';
import { OWN_APP_ID, ownBinding } from '../../src/domain/plan/own-binding.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Refusal, type Thumbprint } from '../../src/domain/values.ts';
import { changesOf } from '../../src/plans/changes.ts';
import { existingOf } from '../../src/plans/existing-of.ts';
import { planRotation } from '../../src/plans/index.ts';
import { warningsOf } from '../../src/plans/warnings.ts';
import { host, make, SERVICE_SID } from '../app/runner/world.ts';
import { profileOf } from '../fixtures/profile.ts';
import { type Looks, type Loose, master, request, survey, warn, worker } from './support.ts';

const AT = request(null, null).at;

/** As a look shows it: nothing bound, no answer, and the setting still names the certificate. */
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
  test('gets one: the plan expects none there, and asks nobody for a certificate after an undo', async () => {
    const { plan } = await unbound();
    expect(named(plan, 'sqlm01/master/bind-port')).toMatchObject({ params: { make: true }, expected: {} });
    expect(named(plan, 'sqlm01/rehearse/rehearse-binding')?.params).toEqual({ port: 8391, thumbprint: { ref: 'new' } });
    expect(named(plan, 'sqlm01/master/presents')).toMatchObject({ wanted: { ref: 'new' }, wantedAfterUndo: null });
    // Open connections outlive a binding: a worker that has one is not asked to have it after an undo.
    for (const worker of ['sqlw01', 'sqlw02'])
      expect(named(plan, `${worker}/workers/worker-connected`)).toMatchObject({ wantedAfterUndo: null });
  });

  test('is shown on the card, as a warning and in the change', async () => {
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
    'has the readers of its old key taken from %s, where the look found it',
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

  test('is refused before anybody is asked when its runner is an older one, which makes no binding', async () => {
    const { farm, looks } = await unbound();
    delete master(looks).listens;
    expect(await planRotation(request(farm, looks))).toMatchObject({
      code: 'RunnerMakesNoBinding',
      data: { host: 'sqlm01' },
    });
  });

  test('is refused while a worker pins another certificate, as nothing could reconnect it, until the pin is written there', async () => {
    const { farm, looks } = await unbound();
    const pinned = worker(looks).masterThumbprint;
    worker(looks).masterThumbprint = 'D'.repeat(40);
    expect(await planRotation(request(farm, looks))).toMatchObject({
      code: 'WorkerPinsUnnamed',
      data: { presented: pinned },
    });
    worker(looks).masterThumbprint = pinned;
    worker(looks).trustsPinned = false;
    expect(isRefusal(await planRotation(request(farm, looks)))).toBe(false);
  });

  test('with a binding after all, gets none made', async () => {
    const { farm, looks } = await survey();
    const plan = await planRotation(request(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(named(plan, 'sqlm01/master/bind-port')?.params).toEqual({ port: 8391, thumbprint: { ref: 'new' } });
  });
});

describe.each(['certificate', 'key'])(
  'a master whose port has no binding, when the %s that its settings name is gone,',
  (what) => {
    const gone = () =>
      unbound((looks) => {
        const { problems } = looks.sqlm01 as { problems: unknown[] };
        if (what === 'certificate') {
          master(looks).certificate = null as never;
          problems.push({
            code: 'certificate-missing',
            data: { role: 'master', thumbprint: master(looks).sslCertThumbprint },
          });
        } else {
          Object.assign(master(looks).certificate ?? {}, { privateKey: 'no' });
          master(looks).keyReaders = [];
          problems.push({ code: 'private-key-missing', data: {} });
        }
      });

    test('gets a new certificate and a binding, with no readers of the old key to look for', async () => {
      const { plan, looks } = await gone();
      const old = master(looks).sslCertThumbprint;
      expect(plan.header.old).toEqual({ thumbprint: old, notAfter: null });
      expect(named(plan, 'sqlm01/create/create-certificate')).toMatchObject({
        params: { oldThumbprint: old },
        expected: { oldReaders: [] },
      });
      expect(named(plan, 'sqlm01/master/bind-port')).toMatchObject({ params: { make: true } });
    });

    test('has a card that says there is no way back', async () => {
      const { farm, looks } = await gone();
      expect(warn(farm, looks).map(({ id }) => id)).toEqual(['warning.nothing-bound', 'warning.old-gone']);
    });

    test('is refused while its service does not run, saying what is gone', async () => {
      const { farm, looks } = await gone();
      master(looks).service.state = 'stopped';
      expect(await planRotation(request(farm, looks))).toMatchObject({
        code: 'MasterNotRunning',
        data: { gone: true },
      });
    });

    test('is refused when asked to use what is gone', async () => {
      const { farm, looks } = await gone();
      const old = master(looks).sslCertThumbprint as Thumbprint;
      Object.assign(looks.sqlm01 ?? {}, {
        named: [{ thumbprint: old, der: what === 'key' ? master(looks).der : null, places: [], issuers: [] }],
      });
      const wish = { ...plainWish('rotate-master'), use: old };
      expect(await planRotation({ ...request(farm, looks), wish })).toMatchObject({
        code: what === 'key' ? 'ExistingWithoutKey' : 'ExistingMissing',
      });
    });
  },
);

describe('the certificate that the settings name, asked for by its thumbprint,', () => {
  /** As reported by runners that have seen it in use here. */
  async function named(spoil: (looks: Loose<Looks>) => void = () => {}, wish: Partial<Wish> = {}, at = AT) {
    const { farm, looks } = await survey();
    const { certificate, der } = master(looks);
    const thumbprint = certificate?.thumbprint ?? '';
    Object.assign(master(looks), { bindings: [], presented: [] });
    for (const name of ['sqlm01', 'sqlw01', 'sqlw02']) {
      const places = [{ store: 'Root', privateKey: 'yes', readers: ['S-1-5-18', SERVICE_SID] }];
      const held = { thumbprint, der, places, issuers: [] };
      Object.assign(looks[name] ?? {}, { named: name === 'sqlm01' ? [held] : [], used: [thumbprint], keeps: true });
    }
    spoil(looks);
    const asked = { ...plainWish('rotate-master'), use: thumbprint as Thumbprint, ...wish };
    const plan = await planRotation({ ...request(farm, looks), wish: asked, at });
    return { plan, farm: request(farm, looks).farm, looks: request(farm, looks).looks, thumbprint };
  }
  const codeOf = (plan: Plan | Refusal): string => (isRefusal(plan) ? plan.code : 'planned');

  test('is bound when nothing is bound, and nothing is made, trusted or published', async () => {
    const { plan, thumbprint } = await named();
    if (isRefusal(plan)) throw new Error(plan.code);
    const { old, existing, profiles } = plan.header;
    expect([old?.thumbprint, existing?.new?.thumbprint, profiles]).toEqual([thumbprint, thumbprint, {}]);
    expect(plan.slices.map(({ stages }) => Object.keys(stages))).toEqual([
      ['rehearse', 'rehearse-end', 'master'],
      ['workers'],
      ['workers'],
    ]);
  });

  test('is written again to a .cer file that begins with it but is torn', async () => {
    const { plan } = await named((looks) => {
      Object.assign(master(looks), { published: master(looks).sslCertThumbprint, publishedTorn: true });
    });
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(Object.keys(plan.slices[0]?.stages ?? {})).toEqual(['rehearse', 'rehearse-end', 'publish', 'master']);
  });

  test('is described line by line, ending with what is kept, and every setting keeps its value', async () => {
    const { plan, farm, looks } = await named();
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(existingOf(farm, plan.header, looks)?.lines.at(-1)).toEqual({
      state: 'good',
      what: { id: 'existing.kept', data: { port: 8391 } },
    });
    const said = changesOf(plan).flatMap(({ lines }) => lines.filter(({ id }) => id === 'step.write-setting'));
    for (const { data } of said) expect(data.old).toBe(data.thumbprint);
  });

  test('is trusted first by the workers when one pins it but does not trust it', async () => {
    const { plan } = await named((looks) => {
      worker(looks).trustsPinned = false;
    });
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.slices.map(({ stages }) => 'trust' in stages)).toEqual([false, true, true]);
  });

  test('is bound though SSISDB saw workers that the farm file does not list, as it is what they pin', async () => {
    const { plan, farm, looks, thumbprint } = await named((looks) => {
      const workers = seen([{ machine: 'SQLW09', lastOnline: AT, enabled: true }]);
      const ssisdb = { server: 'sqlm01', now: AT, thumbprint: null, workers, running: workers, hours: workers };
      Object.assign(looks.sqlm01 ?? {}, { ssisdb });
    });
    expect(codeOf(plan)).toBe('planned');
    const wish = { ...plainWish('rotate-master'), use: thumbprint as Thumbprint };
    expect(await planRotation(request(farm, looks))).toMatchObject({ code: 'WorkersOutside' });
    const unseen = { ...looks, sqlm01: { ...looks.sqlm01, ssisdb: null } } as Looks;
    expect(warningsOf(farm, unseen, wish).map(({ id }) => id)).toEqual(['warning.nothing-bound']);
  });

  test.each<[string, string, (looks: Loose<Looks>) => void, Partial<Wish>]>([
    ['when the port has a binding', 'ExistingInUse', (looks) => void Object.assign(master(looks), bound(looks)), {}],
    ['as compromised', 'CertificateCompromised', () => {}, { compromised: true }],
    [
      'for an older runner, which takes none that it does not allow',
      'ExistingNotAllowed',
      (looks) => void Object.assign(looks.sqlw01 ?? {}, { keeps: undefined }),
      {},
    ],
    [
      'for a runner that has not seen it in use',
      'ExistingNotAllowed',
      (looks) => void Object.assign(looks.sqlw02 ?? {}, { used: [] }),
      {},
    ],
  ])('is refused %s (%s)', async (_, code, spoil, wish) => {
    expect(codeOf((await named(spoil, wish)).plan)).toBe(code);
  });

  test('is bound with a hash and a chain that no new one may have, and its line says that it is weak', async () => {
    const weak = make({ ...profileOf(host('sqlm01')), lifetimeDays: 800 }, Date.parse(AT), {
      hash: 'sha1',
      issuer: 'Contoso',
    });
    const spoil = (looks: Loose<Looks>): void => {
      const { thumbprint, der } = held(looks);
      const spoilt = JSON.stringify(looks).replaceAll(thumbprint, weak.thumbprint).replaceAll(der, weak.der);
      Object.assign(looks, JSON.parse(spoilt));
    };
    const { plan, farm, looks } = await named(spoil, { use: weak.thumbprint });
    if (isRefusal(plan)) throw new Error(`${plan.code} ${JSON.stringify(plan.data)}`);
    const lines = existingOf(farm, plan.header, looks)?.lines ?? [];
    expect(lines.map(({ what }) => what.id)).toContain('existing.weak');
    expect(plan.header.existing).toEqual({ new: { thumbprint: weak.thumbprint, host: 'sqlm01', store: 'Root' } });
  });

  test('is refused once it has expired', async () => {
    expect(codeOf((await named(undefined, {}, '2036-11-24T12:00:00.000Z')).plan)).toBe('ExistingExpired');
  });

  test('is accepted by an older runner that allows it', async () => {
    const { plan } = await named((looks) => {
      const { thumbprint } = held(looks);
      Object.assign(looks.sqlw01 ?? {}, { keeps: undefined, allowed: [thumbprint] });
    });
    expect(codeOf(plan)).toBe('planned');
  });
});

const held = (looks: Loose<Looks>) => looks.sqlm01?.named?.[0] as { thumbprint: string; der: string };

const bound = (looks: Loose<Looks>) => ({
  bindings: [ownBinding(8391, held(looks).thumbprint as Thumbprint, 'Root')],
  presented: [{ target: '127.0.0.1:8391', servername: 'sqlm01', thumbprint: held(looks).thumbprint, error: null }],
});
