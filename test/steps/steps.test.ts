import fc from 'fast-check';
import { CertopsError } from '../../src/domain/errors.ts';
import type { SslBinding } from '../../src/domain/machine/host-facts.ts';
import { ownBinding } from '../../src/domain/plan/own-binding.ts';
import { CHECK_PARAMS, STEP_PARAMS } from '../../src/domain/plan/step-params.ts';
import type { Facts, Json, Thumbprint } from '../../src/domain/values.ts';
import type { HostReader } from '../../src/ports/windows-host.ts';
import { CHECKS, STEPS, type Step } from '../../src/steps/index.ts';

const OLD = 'AB'.repeat(20) as Thumbprint;
const NEW = 'CD'.repeat(20) as Thumbprint;
const made = { thumbprint: NEW, der: 'AAAA' };
const refs = { new: made };
const forth = { made: null, secret: null, refs, direction: 'forth' } as const;
const back = { ...forth, direction: 'back' } as const;
const ref = { ref: 'new' };

const binding = (key: string, thumbprint: Thumbprint, parameters: SslBinding['parameters'] = {}): SslBinding => ({
  key,
  kind: 'ipport',
  thumbprint,
  appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}',
  store: 'My',
  parameters,
  extended: {},
});

function goalOf(step: Step, before: Facts, params: Json): Facts {
  const goal = step.goal(before, step.parse(params, refs), null);
  if ('refused' in goal) throw new Error(String(goal.code));
  return goal as Facts;
}

describe('every kind', () => {
  test('stands in the registry under its own name', () => {
    expect(Object.entries(STEPS).map(([name, step]) => [name, step.kind])).toEqual(
      Object.keys(STEP_PARAMS).map((name) => [name, name]),
    );
    expect(Object.entries(CHECKS).map(([name, check]) => [name, check.kind])).toEqual(
      Object.keys(CHECK_PARAMS).map((name) => [name, name]),
    );
  });

  test('refuses whatever is not exactly its parameters, and never throws anything else', () => {
    const all = [...Object.values(STEPS), ...Object.values(CHECKS)];
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.jsonValue(), (kind, raw) => {
        // That is what it takes: nothing.
        fc.pre(kind !== CHECKS['worker-connected'] || JSON.stringify(raw) !== '{}');
        expect(() => kind.parse(raw as Json, {})).toThrow(expect.objectContaining({ code: 'StepNotUnderstood' }));
      }),
    );
  });

  test.each(Object.entries(STEPS))('%s moves nothing where nothing differs', (kind, step) => {
    if (kind === 'restart-service') return;
    const facts: { readonly [kind: string]: readonly [Json, Facts] } = {
      'create-certificate': [null, { present: true, key: true, readers: ['S-1-5-80-1'], oldReaders: [] }],
      'grant-key': [
        { store: 'My', thumbprint: OLD, role: 'master', serviceSid: 'S-1-5-80-1' },
        { sid: 'S-1-5-80-1', granted: true },
      ],
      'trust-certificate': [{ thumbprint: ref }, { present: true, thumbprint: NEW }],
      'distrust-certificate': [
        { thumbprint: OLD, worker: 'sqlw01' },
        { present: false, thumbprint: OLD, der: null },
      ],
      'rehearse-binding': [
        { port: 8391, like: '0.0.0.0:8391', thumbprint: ref },
        { rehearsal: null, like: null },
      ],
      'end-rehearsal': [{ port: 8391, thumbprint: ref }, { rehearsal: null }],
      'publish-cer': [
        { role: 'master', thumbprint: ref },
        { published: NEW, der: 'AAAA' },
      ],
      'bind-port': [{ port: 8391, thumbprint: ref }, { '0.0.0.0:8391': binding('0.0.0.0:8391', NEW) as never }],
      'write-setting': [{ role: 'master', key: 'SSLCertThumbprint', thumbprint: ref }, { value: NEW }],
      'remove-key': [{ thumbprint: OLD }, { stores: ['Root'], keys: ['Root'], users: [] }],
      'remove-certificate': [{ thumbprint: OLD }, { stores: ['Root', 'My'], keys: [], users: [] }],
    };
    const [raw, now] = facts[kind] ?? [null, {}];
    const params = raw === null ? { store: 'Root' } : step.parse(raw, refs);
    expect(step.judge(now, now, null)).toEqual({ met: true });
    expect(step.move(now, now, params, { ...forth, made })).toEqual([]);
  });
});

describe('publish-cer', () => {
  const step = STEPS['publish-cer'];
  const raw = { role: 'master', thumbprint: ref };
  const write = (thumbprint: Thumbprint, der: string) => ({ type: 'cer.publish', role: 'master', der, thumbprint });
  const torn = { published: NEW, der: 'AAAA', isTorn: true };

  test('writes a file that is torn once more, though it publishes what is wanted', () => {
    const wanted = goalOf(step, torn, raw);
    expect(step.judge(torn, wanted, null)).toMatchObject({ met: false, code: 'PublishedDiffers' });
    expect(step.move(torn, wanted, step.parse(raw, refs), forth)).toEqual([write(NEW, 'AAAA')]);
  });

  test('gives back whole what was torn before', () => {
    const [before, now] = [
      { ...torn, published: OLD, der: 'BBBB' },
      { published: NEW, der: 'AAAA' },
    ];
    expect(step.move(now, before, step.parse(raw, refs), back)).toEqual([{ ...write(OLD, 'BBBB'), isWayBack: true }]);
    expect(step.judge({ published: OLD, der: 'BBBB' }, before, now)).toEqual({ met: true });
  });

  test.each([true, false])('sees whether it is torn: %s', async (isTorn) => {
    const host = { published: async () => NEW, publishedDer: async () => 'AAAA', isPublishedTorn: async () => isTorn };
    const seen = await step.observe(host as never, step.parse(raw, refs), null);
    expect(seen).toEqual({ published: NEW, der: 'AAAA', ...(isTorn ? { isTorn } : {}) });
  });
});

describe('create-certificate', () => {
  const step = STEPS['create-certificate'];
  const params = { store: 'Root', serviceSid: 'S-1-5-80-1' } as never;
  const nothing = { present: false, key: false, readers: [], oldReaders: [] };

  test('gives the new key to whom the old one was given, as far as a tool can let them in', () => {
    const before = { ...nothing, oldReaders: ['DU', 'EA', 'S-1-5-18', 'S-1-5-20'] };
    const goal = step.goal(before, params, null);
    expect(goal).toMatchObject({ readers: ['S-1-5-20', 'S-1-5-80-1'], oldReaders: before.oldReaders });
    const now = { ...before, present: true, key: true, readers: ['S-1-5-18', 'S-1-5-20', 'S-1-5-80-1'] };
    expect(step.judge(now, goal as Facts, null)).toEqual({ met: true });
  });

  test('an undo that was cut short between key and certificate goes on: nobody is asked who reads a key that is gone', async () => {
    const host = {
      certificate: async () => ({ privateKey: 'unreadable' }),
      keyReaders: async (_store: string, thumbprint: string) => {
        if (thumbprint === NEW) throw new CertopsError('KeyNotInFile', { thumbprint });
        return ['S-1-5-18'];
      },
    } as unknown as HostReader;
    const now = await step.observe(
      host,
      { ...(params as object), oldStore: 'Root', oldThumbprint: OLD } as never,
      made,
    );
    expect(now).toEqual({ present: true, key: false, readers: [], oldReaders: ['S-1-5-18'] });
    expect(step.move(now, nothing, params, { ...back, made })).toEqual([
      { type: 'certificate.remove', store: 'Root', thumbprint: NEW, withKey: true },
    ]);
  });

  const WHOLE = { present: true, key: true, readers: ['S-1-5-80-1'], oldReaders: [] };
  test.each([
    ['nothing is there', nothing, 'CertificateMissing'],
    ['the certificate is there without its key', { ...WHOLE, key: false, readers: [] }, 'PrivateKeyMissing'],
    ['the account of the service may not read the key', { ...WHOLE, readers: ['S-1-5-18'] }, 'KeyReadersMissing'],
  ])('it is not done where %s', (_what, now, code) => {
    expect(step.judge(now, WHOLE, null)).toMatchObject({ met: false, code });
    expect(step.judge(WHOLE, WHOLE, null)).toEqual({ met: true });
  });

  test('it is not undone while the certificate is there, whoever may read its key', () => {
    const gone = step.back?.(WHOLE) ?? WHOLE;
    expect(step.judge(WHOLE, gone, null)).toMatchObject({ met: false, code: 'CertificateStillThere' });
    expect(step.judge(nothing, gone, null)).toEqual({ met: true });
  });

  test('a key that is whole is imported no second time: whoever is missing is let in', () => {
    const move = step.move({ ...WHOLE, readers: [] }, WHOLE, { store: 'My' } as never, { ...forth, made });
    expect(move).toEqual([{ type: 'key.grant', store: 'My', thumbprint: NEW, sid: 'S-1-5-80-1' }]);
  });

  test.each([
    ['nothing is there', nothing],
    ['the certificate is there without its key', { ...WHOLE, key: false, readers: [] }],
  ])('where %s it is imported with its key, and never once that is lost', (_what, now) => {
    const profile = {};
    const secret = { secret: 'held' } as never;
    const move = step.move(now, WHOLE, { store: 'My', profile } as never, { ...forth, made, secret });
    expect(move).toEqual([
      { type: 'certificate.import', store: 'My', made, secret, profile },
      { type: 'key.grant', store: 'My', thumbprint: NEW, sid: 'S-1-5-80-1' },
    ]);
    expect(step.move(now, WHOLE, params, { ...forth, made })).toMatchObject({ refused: true, code: 'SecretLost' });
  });

  test('where none was made nothing is imported, and there is nothing to take back', () => {
    expect(step.move(nothing, WHOLE, params, forth)).toMatchObject({ refused: true, code: 'NothingMade' });
    expect(step.move(nothing, nothing, params, back)).toEqual([]);
  });
});

describe('grant-key', () => {
  const step = STEPS['grant-key'];
  const params = { store: 'My', thumbprint: OLD, serviceSid: 'S-1-5-80-1' } as never;
  const reading = (granted: boolean): Facts => ({ sid: 'S-1-5-80-1', granted });
  const OF = { store: 'My', thumbprint: OLD, sid: 'S-1-5-80-1' };

  test.each([
    [
      'the account may not read it yet',
      false,
      true,
      'KeyReadersMissing',
      { type: 'key.grant', ...OF, isReturned: true },
    ],
    ['it may still read it on the way back', true, false, 'KeyStillReadable', { type: 'key.revoke', ...OF }],
  ])('while %s it is not done, and that alone is changed', (_what, now, wanted, code, change) => {
    expect(step.judge(reading(now), reading(wanted), null)).toMatchObject({ met: false, code });
    expect(step.judge(reading(wanted), reading(wanted), null)).toEqual({ met: true });
    expect(step.move(reading(now), reading(wanted), params, { ...forth, made: null })).toEqual([change]);
  });

  test('an account that could read it before can read it afterwards: nothing is taken back', () => {
    const before = reading(true);
    expect(step.goal(before, params, null)).toEqual(before);
    expect(step.move(before, before, params, back)).toEqual([]);
  });
});

describe('bind-port', () => {
  const params = { port: 8391, thumbprint: ref };
  const before = {
    '0.0.0.0:8391': binding('0.0.0.0:8391', OLD, { clientcertnegotiation: 'enable' }),
    '[::]:8391': binding('[::]:8391', OLD, { disabletls13: 'enable' }),
  } as unknown as Facts;

  test('moves every binding of the port together, each with its own flags and application id', () => {
    const goal = goalOf(STEPS['bind-port'], before, params);
    expect(STEPS['bind-port'].move(before, goal, STEPS['bind-port'].parse(params, refs), forth)).toEqual(
      Object.values(before).map((from) => ({
        type: 'sslcert.set',
        from,
        to: { ...(from as object), thumbprint: NEW, store: 'Root' },
      })),
    );
  });

  test('from a port where one binding was lost, begins with adding: there is nothing to delete', () => {
    const { '[::]:8391': lost, ...now } = before;
    const moves = STEPS['bind-port'].move(now, before, STEPS['bind-port'].parse(params, refs), back);
    expect(moves).toEqual([{ type: 'sslcert.set', from: null, to: lost }]);
  });

  test.each([
    ['a flag was reset', { '0.0.0.0:8391': binding('0.0.0.0:8391', OLD) as never }, 'BindingDiffers'],
    ['one is missing', { '0.0.0.0:8391': before['0.0.0.0:8391'] as never }, 'BindingMissing'],
    [
      'one is more than wanted',
      { ...before, '10.0.0.5:8391': binding('10.0.0.5:8391', OLD) as never },
      'BindingAppeared',
    ],
  ])('is not met when %s', (_, now, code) => {
    expect(STEPS['bind-port'].judge(now, before, null)).toMatchObject({ met: false, code });
  });
});

describe('a binding that is put back', () => {
  const bound = (store: string): SslBinding => ({ ...binding('0.0.0.0:8391', OLD), store });

  test.each([
    ['', 'MY'],
    ['root', 'Root'],
    ['my', ''],
  ])('is met where its store was %j and reads %j now, as whoever wrote it compares them', (before, now) => {
    const wanted = { '0.0.0.0:8391': bound(before) } as never;
    const found = { '0.0.0.0:8391': { ...bound(now), appId: bound(now).appId.toUpperCase() } } as never;
    expect(STEPS['bind-port'].judge(found, wanted, null)).toEqual({ met: true });
    expect(
      STEPS['bind-port'].move(found, wanted, STEPS['bind-port'].parse({ port: 8391, thumbprint: ref }, refs), back),
    ).toEqual([]);
  });

  test('is not where the stores differ', () => {
    const wanted = { '0.0.0.0:8391': bound('') } as never;
    const found = { '0.0.0.0:8391': bound('Root') } as never;
    expect(STEPS['bind-port'].judge(found, wanted, null)).toMatchObject({ met: false, code: 'BindingDiffers' });
  });
});

describe('bind-port where nothing is bound', () => {
  const step = STEPS['bind-port'];
  const params = { port: 8391, thumbprint: ref, make: true };
  const parsed = step.parse(params, refs);
  const made = ownBinding(8391, NEW, 'Root');
  const listed = { ...made, extended: { receivewindow: '1048576' } };
  const goal = goalOf(step, {}, params);

  test('makes one binding of its own, and is met with the defaults that some builds list', () => {
    expect(goal).toEqual({ '0.0.0.0:8391': made });
    expect(step.move({}, goal, parsed, forth)).toEqual([{ type: 'sslcert.set', from: null, to: made }]);
    expect(step.judge({ '0.0.0.0:8391': listed as never }, goal, null)).toEqual({ met: true });
  });

  test('makes nothing up where the plan saw bindings', () => {
    const other = { port: 8391, thumbprint: ref };
    expect(step.goal({}, step.parse(other, refs), null)).toMatchObject({ code: 'NothingBound' });
  });

  test('put back, takes away what it made', () => {
    const now = { '0.0.0.0:8391': listed as never };
    expect(step.judge(now, {}, null)).toMatchObject({ met: false, code: 'BindingAppeared' });
    expect(step.move(now, {}, parsed, back)).toEqual([{ type: 'sslcert.set', from: listed, to: null }]);
    expect(step.move(now, {}, parsed, forth)).toEqual([]);
    expect(step.move({}, {}, parsed, back)).toEqual([]);
  });

  test.each<[string, Facts]>([
    ['with another certificate', { '0.0.0.0:8391': { ...made, thumbprint: OLD } as never }],
    ['with another application id', { '0.0.0.0:8391': binding('0.0.0.0:8391', NEW) as never }],
    ['with another flag', { '0.0.0.0:8391': { ...made, parameters: {} } as never }],
    ['at another address', { '10.0.0.5:8391': { ...made, key: '10.0.0.5:8391' } as never }],
  ])('put back, leaves a binding %s, and is not met', (_, now) => {
    expect(step.move(now, {}, parsed, back)).toEqual([]);
    expect(step.judge(now, {}, null)).toMatchObject({ met: false, code: 'BindingAppeared' });
  });

  test('is rehearsed as it will be', () => {
    const rehearse = STEPS['rehearse-binding'];
    const facts = { rehearsal: null, like: null };
    const wanted = goalOf(rehearse, facts, { port: 8391, thumbprint: ref });
    expect(wanted).toEqual({ like: null, rehearsal: { ...made, key: '127.0.0.2:8391' } });
    expect(rehearse.judge({ like: null, rehearsal: { ...listed, key: '127.0.0.2:8391' } }, wanted, null).met).toBe(
      true,
    );
  });
});

describe('write-setting', () => {
  const params = { role: 'worker', key: 'MasterHttpsCertThumbprint', thumbprint: ref };
  const step = STEPS['write-setting'];

  test.each([
    ['the same', OLD, OLD, true],
    ['cleaned of hidden characters', `\u200e${OLD}`, OLD, true],
    ['in capitals where it was small', OLD.toLowerCase(), OLD, true],
    ['with hidden characters where it was clean', OLD, `\u200e${OLD}`, false],
    ['another', OLD, NEW, false],
  ])('put back to %s: met or not', (_, wanted, now, met) => {
    expect(step.judge({ value: now }, { value: wanted }, null).met).toBe(met);
  });

  test('refuses to write over what is no thumbprint today', () => {
    expect(step.goal({ value: 'see ticket 4711' }, step.parse(params, refs), null)).toMatchObject({
      code: 'SettingNotAThumbprint',
    });
  });

  test('has no wish before the certificate is made', () => {
    expect(step.goal({ value: OLD }, step.parse(params, {}), null)).toMatchObject({ code: 'CertificateNotMadeYet' });
  });
});

describe('restart-service', () => {
  const step = STEPS['restart-service'];
  const runs = { state: 'running', pid: 10 };

  test.each([
    ['the same process is no proof', { state: 'running', pid: 10 }, 'ServiceNotRestarted'],
    ['one that starts may still come', { state: 'start-pending', pid: 0 }, 'ServicePending'],
    ['one that is stopped is not', { state: 'stopped', pid: 0 }, 'ServiceNotRunning'],
  ])('%s', (_, now, code) => {
    expect(step.judge(now, runs, runs)).toMatchObject({ met: false, code, pending: code === 'ServicePending' });
  });

  test('is proved by another process that runs', () => {
    expect(step.judge({ state: 'running', pid: 11 }, runs, runs)).toEqual({ met: true });
  });

  test('starts nothing that did not run', () => {
    const stopped = { state: 'stopped', pid: 0 };
    expect(step.move(stopped, stopped, step.parse({ role: 'worker' }, {}), forth)).toEqual([]);
  });
});

describe('trust-certificate', () => {
  test('removes nothing but the certificate that its own facts name', () => {
    const step = STEPS['trust-certificate'];
    const params = step.parse({ thumbprint: ref }, refs);
    const now = { present: true, thumbprint: NEW };
    expect(step.move(now, { present: false, thumbprint: OLD }, params, back)).toMatchObject({
      code: 'CertificateDiffers',
    });
    expect(step.move(now, { present: false, thumbprint: NEW }, params, back)).toEqual([
      { type: 'certificate.remove', store: 'Root', thumbprint: NEW, withKey: false, unlessPinned: true },
    ]);
  });
});

describe('presents', () => {
  const check = CHECKS.presents;
  const params = { port: 8391, servername: 'sqlm01', rehearsal: false };
  /** What is shown at each address; null: nobody answers there. */
  const at = async (shown: { readonly [host: string]: string | null }, given: Json = params, how = 'ECONNREFUSED') => {
    const host = {
      name: 'sqlm01',
      service: async () => ({ state: 'running', pid: 10 }),
      sslBindings: async () => Object.keys(shown).map((address) => binding(`${address}:8391`, OLD)),
      handshake: async ({ host: of, servername }: { host: string; servername: string | null }) => {
        const thumbprint = shown[of] ?? null;
        return { target: `${of}:8391`, servername, thumbprint, error: thumbprint === null ? how : null };
      },
    } as unknown as HostReader;
    const facts = await check.observe(host, check.parse(given, refs));
    const verdict = check.judge(facts, ref, refs);
    const inTheWay = await check.standsInWay?.(host, check.parse(given, refs));
    return { code: verdict.met ? null : verdict.code, inTheWay };
  };
  const passing = { ...params, silent: ['10.0.0.9:8391'] };

  test.each([
    ['every address shows it', { '10.0.0.5': NEW, '10.0.0.6': NEW }, params, null],
    ['an address answers nobody', { '10.0.0.5': NEW, '10.0.0.9': null }, params, 'PresentsNothing'],
    ['that address answered nobody when the plan was made', { '10.0.0.5': NEW, '10.0.0.9': null }, passing, null],
    ['it answers now, with another', { '10.0.0.5': NEW, '10.0.0.9': OLD }, passing, 'PresentsAnother'],
    ['one is silent and one shows another', { '10.0.0.5': null, '10.0.0.6': OLD }, params, 'PresentsAnother'],
    ['nobody is left to answer', { '10.0.0.9': null }, passing, 'NothingBound'],
  ])('when %s', async (_, shown, given, code) => {
    expect((await at(shown, given)).code).toBe(code);
  });

  test('is asked of no address that HTTP.SYS does not listen on', async () => {
    expect((await at({ '10.0.0.5': NEW, '10.0.0.9': null }, params, 'NOT_LISTENED')).code).toBeNull();
  });

  test('can hold after no change where somebody does not answer before it, but for what the plan passes by', async () => {
    const shown = { '10.0.0.5': OLD, '10.0.0.9': null };
    expect((await at(shown)).inTheWay).toEqual({ fact: 'TLS 10.0.0.9:8391', found: 'ECONNREFUSED' });
    expect((await at(shown, passing)).inTheWay).toBeNull();
    expect((await at({}, { ...params, rehearsal: true })).inTheWay).toBeNull();
  });
});

describe('worker-connected', () => {
  const check = CHECKS['worker-connected'];
  const facts = (log: string | null, tcp: boolean | null, presented: string | null = NEW): Facts => {
    const witness = log === 'connected' ? 'log' : tcp === true && log !== 'refused' ? 'tcp' : null;
    return { endpoint: 'https://sqlm01:8391', presented, error: null, log, line: null, tcp, witness };
  };

  test.each([
    ['its log says so', 'connected', false, null],
    ['its process has a connection', 'silent', true, null],
    ['its log says that it was refused, whatever its sockets do', 'refused', true, 'WorkerRefused'],
    ['neither says so', 'silent', false, 'WorkerNotConnected'],
    ['nothing here can tell', null, null, 'NoWitness'],
  ])('when %s', (_, log, tcp, code) => {
    const verdict = check.judge(facts(log, tcp), ref, refs);
    expect(verdict.met ? null : [verdict.code, verdict.pending]).toEqual(code === null ? null : [code, true]);
  });

  test('says nothing good while the endpoint presents another certificate', () => {
    expect(check.judge(facts('connected', true, OLD), ref, refs)).toMatchObject({ code: 'EndpointPresentsAnother' });
  });

  test('is asked twice where only a socket speaks', () => {
    expect(check.settleMs?.(facts('silent', true))).toBeGreaterThan(0);
    expect(check.settleMs?.(facts('connected', true))).toBe(0);
  });
});

describe('remove-key and remove-certificate', () => {
  const params = { thumbprint: OLD };
  const held = { stores: ['Root', 'My'], keys: ['Root'], users: [] };
  const { 'remove-key': key, 'remove-certificate': certificate } = STEPS;

  test('the key goes first, then the certificate from every store', () => {
    const keyless = { ...held, keys: [] };
    expect(goalOf(key, held, params)).toEqual(keyless);
    expect(key.move(held, keyless, key.parse(params, {}), forth)).toEqual([
      { type: 'key.remove', store: 'Root', thumbprint: OLD },
    ]);
    const gone = { stores: [], keys: [], users: [] };
    expect(goalOf(certificate, keyless, params)).toEqual(gone);
    expect(certificate.move(keyless, gone, certificate.parse(params, {}), forth)).toEqual([
      { type: 'certificate.remove', store: 'Root', thumbprint: OLD, withKey: false },
      { type: 'certificate.remove', store: 'My', thumbprint: OLD, withKey: false },
    ]);
  });

  test('a certificate whose key is still there stays, for nothing else names where the key lies', () => {
    expect(certificate.goal(held, certificate.parse(params, {}), null)).toMatchObject({ code: 'KeyStillThere' });
  });

  test.each(['remove-key', 'remove-certificate'] as const)('%s is refused while anybody would miss it', (kind) => {
    const step = STEPS[kind];
    const users = [{ kind: 'binding', where: '0.0.0.0:443' }];
    expect(step.goal({ ...held, keys: [], users }, step.parse(params, {}), null)).toMatchObject({
      code: 'CertificateInUse',
      data: { users: ['binding 0.0.0.0:443'] },
    });
  });

  test('a fresh look that still finds one of them is no success; on the way back nothing is wanted', () => {
    const gone = { stores: [], keys: [], users: [] };
    expect(key.judge(held, gone, held)).toMatchObject({ met: false, code: 'KeyStillThere' });
    expect(certificate.judge(held, gone, held)).toMatchObject({ met: false, code: 'CertificateStillThere' });
    for (const step of [key, certificate]) {
      expect(step.judge(gone, held, null)).toEqual({ met: true });
      expect(step.move(gone, held, step.parse(params, {}), back)).toEqual([]);
    }
  });

  test('a plan cannot say where: only the thumbprint is a parameter', () => {
    expect(() => key.parse({ ...params, store: 'Root' }, {})).toThrow();
    expect(() => certificate.parse({ thumbprint: { ref: 'new' } }, {})).toThrow();
  });
});
