import fc from 'fast-check';
import { CertopsError } from '../../src/domain/errors.ts';
import type { SslBinding } from '../../src/domain/machine/host-facts.ts';
import { ownBinding } from '../../src/domain/plan/own-binding.ts';
import { CHECK_PARAMS, STEP_PARAMS } from '../../src/domain/plan/step-params.ts';
import type { Facts, Json, Thumbprint } from '../../src/domain/values.ts';
import type { HostReader } from '../../src/ports/windows-host.ts';
import { CHECKS, STEPS, type Step } from '../../src/steps/index.ts';
import { movedFact } from '../../src/steps/moved.ts';

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

const fail = (): never => {
  throw new CertopsError('ToolFailed', {});
};

function goalOf(step: Step, before: Facts, params: Json): Facts {
  const goal = step.goal(before, step.parse(params, refs), null);
  if ('refused' in goal) throw new Error(String(goal.code));
  return goal as Facts;
}

describe('every kind', () => {
  test('is in the registry under its own name', () => {
    expect(Object.entries(STEPS).map(([name, step]) => [name, step.kind])).toEqual(
      Object.keys(STEP_PARAMS).map((name) => [name, name]),
    );
    expect(Object.entries(CHECKS).map(([name, check]) => [name, check.kind])).toEqual(
      Object.keys(CHECK_PARAMS).map((name) => [name, name]),
    );
  });

  test('refuses anything that is not exactly its parameters, always with StepNotUnderstood', () => {
    const all = [...Object.values(STEPS), ...Object.values(CHECKS)];
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.jsonValue(), (kind, raw) => {
        // It takes no parameters: `{}` is valid there.
        fc.pre(kind !== CHECKS['worker-connected'] || JSON.stringify(raw) !== '{}');
        expect(() => kind.parse(raw as Json, {})).toThrow(expect.objectContaining({ code: 'StepNotUnderstood' }));
      }),
    );
  });

  // A restart has no state that it could find as wanted: it always restarts what runs.
  const STATED = Object.entries(STEPS).filter(([kind]) => kind !== 'restart-service');
  test.each(STATED)('%s changes nothing where nothing differs', (kind, step) => {
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

describe('an approval', () => {
  const BINDING = { '0.0.0.0:8391': binding('0.0.0.0:8391', OLD) };
  const LEFT = { stores: ['Root'], keys: [], users: [] };

  /** The first fact that is no longer as it was approved; null: nothing that counts has changed. */
  function moved(kind: keyof typeof STEPS, expected: object, now: object): Json {
    const planned = { id: 'step', kind, host: 'sqlm01', params: null, expected: expected as Facts };
    const facts = Object.entries({ ...expected, ...now }).filter(([, fact]) => fact !== undefined);
    const refusal = movedFact(STEPS[kind], planned as never, Object.fromEntries(facts) as Facts);
    return refusal === null ? null : { code: refusal.code, ...refusal.data };
  }

  test.each<[keyof typeof STEPS, { readonly [fact: string]: Json }, { readonly [fact: string]: Json }]>([
    ['create-certificate', { present: false, oldReaders: [] }, { oldReaders: ['S-1-5-20'] }],
    ['grant-key', { sid: 'S-1-5-80-1', granted: false }, { granted: true }],
    ['publish-cer', { published: OLD, der: 'AAAA' }, { published: NEW }],
    ['write-setting', { value: OLD }, { value: NEW }],
    ['restart-service', { state: 'running', pid: 10 }, { state: 'stopped' }],
    ['bind-port', BINDING as never, { '0.0.0.0:8391': binding('0.0.0.0:8391', NEW) } as never],
    ['bind-port', BINDING as never, { '[::]:8391': binding('[::]:8391', OLD) } as never],
    ['rehearse-binding', { rehearsal: null, like: null }, { rehearsal: binding('127.0.0.2:8391', OLD) } as never],
    ['remove-key', { ...LEFT, keys: ['Root'] }, { stores: ['Root', 'My'] }],
    ['remove-key', { ...LEFT, keys: ['Root'] }, { keys: [] }],
    ['remove-key', LEFT, { users: [{ kind: 'sql', where: 'MSSQL16.X' }] }],
    ['remove-certificate', LEFT, { stores: ['Root', 'My'] }],
    ['remove-certificate', LEFT, { users: [{ kind: 'sql', where: 'MSSQL16.X' }] }],
  ])('of %s that saw %j is void once it is %j', (kind, expected, now) => {
    const [fact = ''] = Object.keys(now);
    const [found, wanted] = [now[fact], expected[fact] ?? null];
    expect(moved(kind, expected, now)).toEqual({ code: 'FactsMoved', step: 'step', fact, found, wanted });
  });

  test('of bind-port is void once a binding is gone', () => {
    expect(moved('bind-port', BINDING, { '0.0.0.0:8391': undefined })).toMatchObject({
      code: 'FactsMoved',
      found: null,
    });
  });

  test.each<[keyof typeof STEPS, object, object]>([
    ['restart-service', { state: 'running', pid: 10 }, { pid: 11 }],
    ['trust-certificate', { present: false, thumbprint: OLD }, { present: true }],
    ['distrust-certificate', { present: true, thumbprint: OLD, der: null }, { present: false }],
    ['remove-certificate', { ...LEFT, keys: ['Root'] }, { keys: [] }],
    ['end-rehearsal', { rehearsal: null }, { rehearsal: binding('127.0.0.2:8391', NEW) }],
  ])('of %s that saw %j still stands when it is %j', (kind, expected, now) => {
    expect(moved(kind, expected, now)).toBeNull();
  });
});

describe('publish-cer', () => {
  const step = STEPS['publish-cer'];
  const raw = { role: 'master', thumbprint: ref };
  const write = (thumbprint: Thumbprint, der: string) => ({ type: 'cer.publish', role: 'master', der, thumbprint });
  const torn = { published: NEW, der: 'AAAA', isTorn: true };

  test('writes a torn file again, though it publishes what is wanted', () => {
    const wanted = goalOf(step, torn, raw);
    expect(step.judge(torn, wanted, null)).toMatchObject({ met: false, code: 'PublishedDiffers' });
    expect(step.move(torn, wanted, step.parse(raw, refs), forth)).toEqual([write(NEW, 'AAAA')]);
  });

  test('puts back whole a file that was torn before', () => {
    const [before, now] = [
      { ...torn, published: OLD, der: 'BBBB' },
      { published: NEW, der: 'AAAA' },
    ];
    expect(step.move(now, before, step.parse(raw, refs), back)).toEqual([{ ...write(OLD, 'BBBB'), isWayBack: true }]);
    expect(step.judge({ published: OLD, der: 'BBBB' }, before, now)).toEqual({ met: true });
  });

  test.each([
    ['there was none', { published: null, der: null }],
    ['its bytes are not known', { published: OLD, der: null }],
  ])('puts back nothing when %s', (_what, before) => {
    const now = { published: NEW, der: 'AAAA' };
    expect(step.move(now, before, step.parse(raw, refs), back)).toMatchObject({ code: 'CertificateNotAtHand' });
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

  test('gives the new key to the readers of the old one, as far as a tool can let them in', () => {
    const before = { ...nothing, oldReaders: ['DU', 'EA', 'S-1-5-18', 'S-1-5-20'] };
    const goal = step.goal(before, params, null);
    expect(goal).toMatchObject({ readers: ['S-1-5-20', 'S-1-5-80-1'], oldReaders: before.oldReaders });
    const now = { ...before, present: true, key: true, readers: ['S-1-5-18', 'S-1-5-20', 'S-1-5-80-1'] };
    expect(step.judge(now, goal as Facts, null)).toEqual({ met: true });
  });

  test('continues an undo cut short between key and certificate, without asking who reads a key that is gone', async () => {
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

  test('takes the readers of the new key from the new key, and those of the old key from the old one', async () => {
    const host = {
      certificate: async (...of: unknown[]) => (of.join() === `Root,${NEW}` ? { privateKey: 'yes' } : null),
      keyReaders: async (...of: unknown[]) => (of.join() === `Root,${NEW}` ? ['S-1-5-80-1', 'S-1-5-18'] : ['S-1-5-20']),
    } as unknown as HostReader;
    const of = { ...(params as object), oldStore: 'My', oldThumbprint: OLD } as never;
    const seen = { present: true, key: true, readers: ['S-1-5-18', 'S-1-5-80-1'], oldReaders: ['S-1-5-20'] };
    expect(await step.observe(host, of, made)).toEqual(seen);
    expect(await step.observe(host, of, null)).toEqual({ ...nothing, oldReaders: ['S-1-5-20'] });
  });

  const WHOLE = { present: true, key: true, readers: ['S-1-5-80-1'], oldReaders: [] };
  test.each([
    ['nothing is there', nothing, 'CertificateMissing'],
    ['the certificate is there without its key', { ...WHOLE, key: false, readers: [] }, 'PrivateKeyMissing'],
    ['the account of the service may not read the key', { ...WHOLE, readers: ['S-1-5-18'] }, 'KeyReadersMissing'],
  ])('is not done when %s', (_what, now, code) => {
    expect(step.judge(now, WHOLE, null)).toMatchObject({ met: false, code });
    expect(step.judge(WHOLE, WHOLE, null)).toEqual({ met: true });
  });

  test('is not undone while the certificate is there, whoever may read its key', () => {
    const gone = step.back?.(WHOLE) ?? WHOLE;
    expect(step.judge(WHOLE, gone, null)).toMatchObject({ met: false, code: 'CertificateStillThere' });
    expect(step.judge(nothing, gone, null)).toEqual({ met: true });
  });

  test('does not import a whole key a second time, but lets in whoever is missing', () => {
    const move = step.move({ ...WHOLE, readers: [] }, WHOLE, { store: 'My' } as never, { ...forth, made });
    expect(move).toEqual([{ type: 'key.grant', store: 'My', thumbprint: NEW, sid: 'S-1-5-80-1' }]);
    const secret = { secret: 'held' } as never;
    const again = step.move({ ...WHOLE, readers: [] }, WHOLE, { store: 'My' } as never, { ...forth, made, secret });
    expect(again).toEqual(move);
  });

  test.each([
    ['nothing is there', nothing],
    ['the certificate is there without its key', { ...WHOLE, key: false, readers: [] }],
  ])('when %s, imports it with its key, and refuses once that key is lost', (_what, now) => {
    const profile = {};
    const secret = { secret: 'held' } as never;
    const move = step.move(now, WHOLE, { store: 'My', profile } as never, { ...forth, made, secret });
    expect(move).toEqual([
      { type: 'certificate.import', store: 'My', made, secret, profile },
      { type: 'key.grant', store: 'My', thumbprint: NEW, sid: 'S-1-5-80-1' },
    ]);
    expect(step.move(now, WHOLE, params, { ...forth, made })).toMatchObject({ refused: true, code: 'SecretLost' });
  });

  test('imports nothing when none was made, and has nothing to take back', () => {
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
      'the account may not read the key yet',
      false,
      true,
      'KeyReadersMissing',
      { type: 'key.grant', ...OF, isReturned: true },
    ],
    ['the account may still read it on the way back', true, false, 'KeyStillReadable', { type: 'key.revoke', ...OF }],
  ])('is not done while %s, and changes that alone', (_what, now, wanted, code, change) => {
    expect(step.judge(reading(now), reading(wanted), null)).toMatchObject({ met: false, code });
    expect(step.judge(reading(wanted), reading(wanted), null)).toEqual({ met: true });
    expect(step.move(reading(now), reading(wanted), params, { ...forth, made: null })).toEqual([change]);
  });

  test.each([
    [['S-1-5-18', 'S-1-5-80-1'], true],
    [['S-1-5-18'], false],
  ])('sees who may read by the SID of the service alone: %j', async (readers, granted) => {
    const host = { keyReaders: async () => readers } as unknown as HostReader;
    expect(await step.observe(host, params, null)).toEqual(reading(granted));
  });

  test('takes nothing back from an account that could read the key before', () => {
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

  test('puts back a lost binding by adding it, as there is nothing to delete', () => {
    const { '[::]:8391': lost, ...now } = before;
    const moves = STEPS['bind-port'].move(now, before, STEPS['bind-port'].parse(params, refs), back);
    expect(moves).toEqual([{ type: 'sslcert.set', from: null, to: lost }]);
  });

  test.each([
    ['a flag was reset', { '0.0.0.0:8391': binding('0.0.0.0:8391', OLD) as never }, 'BindingDiffers'],
    ['one is missing', { '0.0.0.0:8391': before['0.0.0.0:8391'] as never }, 'BindingMissing'],
    [
      'there is one that is not wanted',
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
  ])('is met when its store was %j and reads %j now, which mean the same', (before, now) => {
    const wanted = { '0.0.0.0:8391': bound(before) } as never;
    const found = { '0.0.0.0:8391': { ...bound(now), appId: bound(now).appId.toUpperCase() } } as never;
    expect(STEPS['bind-port'].judge(found, wanted, null)).toEqual({ met: true });
    expect(
      STEPS['bind-port'].move(found, wanted, STEPS['bind-port'].parse({ port: 8391, thumbprint: ref }, refs), back),
    ).toEqual([]);
  });

  test('is not met when the stores differ', () => {
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

  test('refuses to make one when the plan saw bindings', () => {
    const other = { port: 8391, thumbprint: ref };
    expect(step.goal({}, step.parse(other, refs), null)).toMatchObject({ code: 'NothingBound' });
  });

  test('when put back, removes what it made', () => {
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
  ])('when put back, leaves a binding %s and is not met', (_, now) => {
    expect(step.move(now, {}, parsed, back)).toEqual([]);
    expect(step.judge(now, {}, null)).toMatchObject({ met: false, code: 'BindingAppeared' });
  });

  test('when put back to what was bound there before, is one change', () => {
    const old = { '0.0.0.0:8391': { ...made, thumbprint: OLD } } as unknown as Facts;
    const change = { type: 'sslcert.set', from: listed, to: old['0.0.0.0:8391'] };
    expect(step.move({ '0.0.0.0:8391': listed as never }, old, parsed, back)).toEqual([change]);
  });

  test('when put back, leaves a binding that appeared beside those the plan saw, though it looks like ours', () => {
    const planned = step.parse({ port: 8391, thumbprint: ref }, refs);
    const before = { '[::]:8391': binding('[::]:8391', OLD) } as unknown as Facts;
    const now = { ...before, '0.0.0.0:8391': made } as unknown as Facts;
    expect(step.move(now, before, planned, back)).toEqual([]);
  });

  test('is rehearsed with the binding that it will make', () => {
    const rehearse = STEPS['rehearse-binding'];
    const facts = { rehearsal: null, like: null };
    const wanted = goalOf(rehearse, facts, { port: 8391, thumbprint: ref });
    expect(wanted).toEqual({ like: null, rehearsal: { ...made, key: '127.0.0.2:8391' } });
    expect(rehearse.judge({ like: null, rehearsal: { ...listed, key: '127.0.0.2:8391' } }, wanted, null).met).toBe(
      true,
    );
  });
});

describe('rehearse-binding and end-rehearsal', () => {
  const { 'rehearse-binding': begin, 'end-rehearsal': end } = STEPS;
  const params = { port: 8391, like: '0.0.0.0:8391', thumbprint: ref };
  const like = binding('0.0.0.0:8391', OLD, { clientcertnegotiation: 'enable' });
  const rehearsal = { ...like, key: '127.0.0.2:8391', thumbprint: NEW, store: 'Root' };
  const on = (bindings: readonly SslBinding[]) => ({ sslBindings: async () => bindings }) as unknown as HostReader;

  test('bind it at an address of its own with the flags of today, and remove only that again', async () => {
    const of = begin.parse(params, refs);
    const before = await begin.observe(on([like]), of, null);
    const wanted = goalOf(begin, before, params);
    expect([before, wanted]).toEqual([
      { rehearsal: null, like },
      { rehearsal, like },
    ]);
    expect(begin.judge(before, wanted, null)).toMatchObject({ met: false, code: 'RehearsalNotBound' });
    expect(begin.move(before, wanted, of, forth)).toEqual([{ type: 'sslcert.set', from: null, to: rehearsal }]);
    const now = await begin.observe(on([like, rehearsal]), of, null);
    expect(begin.judge(now, wanted, null)).toEqual({ met: true });
    expect(begin.judge(now, before, null)).toMatchObject({ met: false, code: 'RehearsalStillBound' });
    const away = [{ type: 'sslcert.set', from: rehearsal, to: null }];
    expect(begin.move(now, before, of, back)).toEqual(away);
    const ending = { port: 8391, thumbprint: ref };
    const left = await end.observe(on([like, rehearsal]), end.parse(ending, refs), null);
    const none = goalOf(end, left, ending);
    expect(end.judge(left, none, null)).toMatchObject({ met: false, code: 'RehearsalStillBound' });
    expect(end.move(left, none, end.parse(ending, refs), forth)).toEqual(away);
  });

  test('refuse to begin when the binding whose flags they take is gone', async () => {
    const of = begin.parse(params, refs);
    const before = await begin.observe(on([]), of, null);
    expect(begin.goal(before, of, null)).toMatchObject({ code: 'NothingBound', data: { binding: '0.0.0.0:8391' } });
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
  ])('judges a value put back to %s', (_, wanted, now, met) => {
    expect(step.judge({ value: now }, { value: wanted }, null).met).toBe(met);
  });

  test.each([
    ['another', NEW, OLD, true],
    ['the same', OLD, OLD, false],
    ['the same in capitals', OLD, OLD.toLowerCase(), false],
    ['another with hidden characters', `\u200e${NEW}`, OLD, true],
  ])('writes only a value that differs, and writes it clean: the present one is %s', (_, now, wanted, isWritten) => {
    const move = step.move({ value: now }, { value: wanted }, step.parse(params, refs), back);
    const { role, key } = params;
    const change = { type: 'setting.write', role, key, from: now, to: OLD, isWayBack: true };
    expect(move).toEqual(isWritten ? [change] : []);
  });

  test('refuses to put back a value that was no thumbprint', () => {
    const move = step.move({ value: NEW }, { value: 'see ticket 4711' }, step.parse(params, refs), back);
    expect(move).toMatchObject({ code: 'SettingNotAThumbprint' });
  });

  test('refuses to overwrite a value that is no thumbprint', () => {
    expect(step.goal({ value: 'see ticket 4711' }, step.parse(params, refs), null)).toMatchObject({
      code: 'SettingNotAThumbprint',
    });
  });

  test('has no goal before the certificate is made', () => {
    expect(step.goal({ value: OLD }, step.parse(params, {}), null)).toMatchObject({ code: 'CertificateNotMadeYet' });
  });
});

describe('restart-service', () => {
  const step = STEPS['restart-service'];
  const runs = { state: 'running', pid: 10 };

  test.each([
    ['the same process is no proof of a restart', { state: 'running', pid: 10 }, 'ServiceNotRestarted'],
    ['a service that is starting may still come', { state: 'start-pending', pid: 0 }, 'ServicePending'],
    ['a service that is stopping may still come', { state: 'stop-pending', pid: 10 }, 'ServicePending'],
    ['a service that is resuming may still come', { state: 'continue-pending', pid: 10 }, 'ServicePending'],
    ['a paused service is not running', { state: 'paused', pid: 10 }, 'ServiceNotRunning'],
    ['a stopped service is not running', { state: 'stopped', pid: 0 }, 'ServiceNotRunning'],
  ])('%s', (_, now, code) => {
    expect(step.judge(now, runs, runs)).toMatchObject({ met: false, code, pending: code === 'ServicePending' });
  });

  test('is proved by a different process that runs', () => {
    expect(step.judge({ state: 'running', pid: 11 }, runs, runs)).toEqual({ met: true });
  });

  test('starts nothing that was not running', () => {
    const stopped = { state: 'stopped', pid: 0 };
    expect(step.move(stopped, stopped, step.parse({ role: 'worker' }, {}), forth)).toEqual([]);
    expect(step.judge(stopped, stopped, stopped)).toEqual({ met: true });
  });

  test('restarts what was running, even if it has stopped meanwhile', () => {
    const params = step.parse({ role: 'worker' }, {});
    const restart = [{ type: 'service.restart', role: 'worker' }];
    for (const now of [runs, { state: 'stopped', pid: 0 }]) expect(step.move(now, runs, params, back)).toEqual(restart);
  });

  test('lets a failure stand when the service ran and then stopped, but not when a tool timed out', () => {
    expect(step.stands?.({ code: 'ServiceNotRunning', data: { ran: true } })).toBe(true);
    expect(step.stands?.({ code: 'ToolTimedOut', data: {} })).toBe(false);
  });
});

describe('service-runs', () => {
  test.each([
    ['running', 'running', null],
    ['stopped', 'stopped', null],
    ['stopped', 'running', { code: 'ServiceNotRunning', pending: false }],
    ['running', 'stopped', { code: 'ServiceNotRunning', pending: false }],
    ['start-pending', 'running', { code: 'ServiceNotRunning', pending: true }],
  ])('judges a service that is %s and should be %s', async (state, wanted, wrong) => {
    const check = CHECKS['service-runs'];
    const host = { service: async () => ({ state, pid: 10 }) } as unknown as HostReader;
    const verdict = check.judge(await check.observe(host, check.parse({ role: 'master' }, {})), wanted, {});
    expect(verdict).toMatchObject(wrong === null ? { met: true } : { met: false, ...wrong });
  });
});

describe('trust-certificate', () => {
  test.each([
    [{ privateKey: 'no' }, true, 'CertificateStillThere'],
    [null, false, 'NotTrusted'],
  ])('looks for it in Root alone, and is met only when it is there as wanted', async (held, present, code) => {
    const step = STEPS['trust-certificate'];
    const asked: unknown[] = [];
    const host = {
      certificate: async (...of: unknown[]) => {
        asked.push(of);
        return held;
      },
    } as unknown as HostReader;
    const params = step.parse({ thumbprint: ref }, refs);
    const now = await step.observe(host, params, null);
    expect([asked, now]).toEqual([[['Root', NEW]], { present, thumbprint: NEW }]);
    expect(step.judge(now, { ...now, present: !present }, null)).toMatchObject({ met: false, code });
    expect(step.judge(now, now, null)).toEqual({ met: true });
    const trust = [{ type: 'certificate.trust', der: 'AAAA', thumbprint: NEW }];
    expect(step.move(now, goalOf(step, now, { thumbprint: ref }), params, forth)).toEqual(present ? [] : trust);
  });

  test('is refused when the bytes of the certificate are not at hand', () => {
    const step = STEPS['trust-certificate'];
    const [now, wanted] = [
      { present: false, thumbprint: OLD },
      { present: true, thumbprint: OLD },
    ];
    expect(step.move(now, wanted, step.parse({ thumbprint: OLD }, {}), forth)).toMatchObject({
      code: 'CertificateNotAtHand',
    });
  });

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
  const at = async (
    shown: { readonly [host: string]: string | null },
    given: Json = params,
    how = 'ECONNREFUSED',
    state = 'running',
    lost: readonly string[] = [],
    left: () => object | null = () => null,
  ) => {
    const bound = (address: string) => (lost.includes(address) ? NEW : OLD);
    const host = {
      name: 'sqlm01',
      service: async () => ({ state, pid: 10 }),
      sslBindings: async () => Object.keys(shown).map((address) => binding(`${address}:8391`, bound(address))),
      certificate: async (_store: string, thumbprint: string) => (thumbprint === NEW ? left() : { privateKey: 'yes' }),
      handshake: async ({ host: of, servername }: { host: string; servername: string | null }) => {
        const thumbprint = shown[of] ?? null;
        return { target: `${of}:8391`, servername, thumbprint, error: thumbprint === null ? how : null };
      },
    } as unknown as HostReader;
    const facts = await check.observe(host, check.parse(given, refs));
    const verdict = check.judge(facts, ref, refs);
    const inTheWay = await check.standsInWay?.(host, check.parse(given, refs));
    const { code, pending, found } = verdict.met ? { code: null, pending: null, found: null } : verdict;
    return { code, pending, found, inTheWay, facts };
  };
  const passing = { ...params, silent: ['10.0.0.9:8391'] };

  test.each([
    ['every address shows it', { '10.0.0.5': NEW, '10.0.0.6': NEW }, params, null],
    ['an address answers nobody', { '10.0.0.5': NEW, '10.0.0.9': null }, params, 'PresentsNothing'],
    ['that address answered nobody when the plan was made', { '10.0.0.5': NEW, '10.0.0.9': null }, passing, null],
    ['that address answers now, with another', { '10.0.0.5': NEW, '10.0.0.9': OLD }, passing, 'PresentsAnother'],
    ['one is silent and one shows another', { '10.0.0.5': null, '10.0.0.6': OLD }, params, 'PresentsAnother'],
    ['nobody is left to answer', { '10.0.0.9': null }, passing, 'NothingBound'],
  ])('tells whether the certificate is presented when %s', async (_, shown, given, code) => {
    // A service that has just started may not listen yet; where nothing is bound, no wait helps.
    const pending = code === null ? null : code !== 'NothingBound';
    expect(await at(shown, given)).toMatchObject({ code, pending });
  });

  test('names the address that shows another certificate, not one that is silent', async () => {
    const { found } = await at({ '10.0.0.5': null, '10.0.0.6': OLD });
    expect(found).toEqual({ target: '10.0.0.6:8391', found: OLD });
  });

  test('skips an address that HTTP.SYS does not listen on', async () => {
    expect((await at({ '10.0.0.5': NEW, '10.0.0.9': null }, params, 'NOT_LISTENED')).code).toBeNull();
  });

  test.each([
    ['stopped', false],
    ['start-pending', true],
  ])('is not met while the service is %s, as HTTP.SYS shows a certificate without it', async (state, pending) => {
    expect(await at({ '10.0.0.5': NEW }, params, '', state)).toMatchObject({ code: 'ServiceNotRunning', pending });
  });

  test('in a rehearsal, asks at its own address alone, with the name and without', async () => {
    const rehearsal = { ...params, rehearsal: true };
    const { code, facts } = await at({ '10.0.0.5': OLD, '127.0.0.2': NEW }, rehearsal);
    expect(code).toBeNull();
    expect(facts.presented).toEqual({ '127.0.0.2:8391': NEW, '127.0.0.2:8391 sqlm01': NEW });
    expect((await at({ '10.0.0.5': NEW, '127.0.0.2': OLD }, rehearsal)).code).toBe('PresentsAnother');
  });

  test('finds an address in its way that is silent before the change, unless the plan passes it by', async () => {
    const shown = { '10.0.0.5': OLD, '10.0.0.9': null };
    expect((await at(shown)).inTheWay).toEqual({ fact: 'TLS 10.0.0.9:8391', found: 'ECONNREFUSED' });
    expect((await at(shown, passing)).inTheWay).toBeNull();
    expect((await at({}, { ...params, rehearsal: true })).inTheWay).toBeNull();
  });

  test.each([
    ['of two that are silent', { '10.0.0.5': null, '10.0.0.9': null }, params, '10.0.0.9', ['10.0.0.9']],
    ['not one that the plan passes by', { '10.0.0.5': null, '10.0.0.9': null }, passing, '10.0.0.5', []],
    ['not one that answers', { '10.0.0.5': null, '10.0.0.9': OLD }, params, '10.0.0.5', []],
  ])(
    'says of the silent address whose certificate has gone that it has: %s',
    async (_, shown, given, address, told) => {
      const lost = told.length === 0 ? {} : { thumbprint: NEW, store: 'My', missing: 'certificate' };
      const { inTheWay } = await at(shown, given, 'ECONNREFUSED', 'running', ['10.0.0.9']);
      expect(inTheWay).toEqual({ fact: `TLS ${address}:8391`, found: 'ECONNREFUSED', ...lost });
    },
  );

  test.each<[string, () => object | null, object]>([
    ['its key is gone', () => ({ privateKey: 'no' }), { thumbprint: NEW, store: 'My', missing: 'key' }],
    ['its key is there', () => ({ privateKey: 'yes' }), {}],
    ['the store cannot be read', () => fail(), {}],
  ])('says of a silent address no more than is known of its certificate: %s', async (_, left, told) => {
    const seen = await at({ '10.0.0.9': null }, params, 'ECONNREFUSED', 'running', ['10.0.0.9'], left);
    expect(seen.inTheWay).toEqual({ fact: 'TLS 10.0.0.9:8391', found: 'ECONNREFUSED', ...told });
  });
});

describe('worker-connected', () => {
  const check = CHECKS['worker-connected'];
  /** What is seen on a worker whose own log and sockets say so, while its endpoint presents this. */
  const facts = (
    state: string | null,
    tcp: boolean | null,
    thumbprint: string | null = NEW,
    error: string | null = null,
    service = 'running',
  ) =>
    check.observe(
      {
        service: async () => ({ state: service }),
        connectionWitness: async () => ({
          endpoint: 'https://sqlm01:8391',
          handshake: { thumbprint, error },
          log: state === null ? null : { state, line: `HTTP: ${state}`, at: null },
          tcp,
        }),
      } as unknown as HostReader,
      {},
    );

  test.each([
    ['its log says so', 'connected', false, null],
    ['its process has a connection', 'silent', true, null],
    ['its log says that it was refused, whatever its sockets do', 'refused', true, 'WorkerRefused'],
    ['neither log nor process says so', 'silent', false, 'WorkerNotConnected'],
    ['its log says so, and nobody can tell of its sockets', 'connected', null, null],
    ['its log cannot be read, and its process has a connection', null, true, null],
    ['its log cannot be read, and its process has none', null, false, 'WorkerNotConnected'],
    ['its log says nothing, and nobody can tell of its sockets', 'silent', null, 'WorkerNotConnected'],
    ['nothing here can tell', null, null, 'NoWitness'],
  ])('tells whether the worker is connected when %s', async (_, log, tcp, code) => {
    const verdict = check.judge(await facts(log, tcp), ref, refs);
    expect(verdict.met ? null : [verdict.code, verdict.pending]).toEqual(code === null ? null : [code, true]);
  });

  test.each([
    ['stopped', false],
    ['start-pending', true],
  ])('says of a service that is %s that it does not run, not that no witness can tell', async (state, pending) => {
    const now = await facts(null, null, NEW, null, state);
    expect(check.judge(now, ref, refs)).toMatchObject({ code: 'ServiceNotRunning', found: state, pending });
  });

  test('reports what the log said when the worker was refused', async () => {
    const found = { presented: NEW, log: 'refused', line: 'HTTP: refused', tcp: true };
    expect(check.judge(await facts('refused', true), ref, refs)).toMatchObject({ found });
  });

  test('is not met when the certificate does not cover the endpoint, or the endpoint is silent', async () => {
    expect(check.judge(await facts('connected', true, NEW, 'ERR_TLS_CERT_ALTNAME_INVALID'), ref, refs)).toMatchObject({
      ...{ code: 'EndpointNotTrusted', pending: true },
      found: { presented: NEW, log: 'connected', error: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(check.judge(await facts('connected', true, null, 'ECONNREFUSED'), ref, refs)).toMatchObject({
      ...{ code: 'EndpointPresentsAnother', pending: true },
      found: { presented: 'ECONNREFUSED' },
    });
  });

  test('is not met while the endpoint presents another certificate', async () => {
    const now = await facts('connected', true, OLD);
    expect(check.judge(now, ref, refs)).toMatchObject({ code: 'EndpointPresentsAnother' });
    expect(check.judge(now, OLD, {})).toEqual({ met: true });
  });

  test('takes time to settle only when a socket is the only witness', async () => {
    expect(check.settleMs?.(await facts('silent', true))).toBeGreaterThan(0);
    expect(check.settleMs?.(await facts('connected', true))).toBe(0);
  });
});

describe('packages-end', () => {
  const check = CHECKS['packages-end'];
  const running = (...on: readonly (string | null)[]) => on.map((worker, id) => ({ id, package: 'Load.dtsx', worker }));
  const verdictOf = async (workers: readonly string[], seen: readonly unknown[] | null) => {
    const unseen = seen === null ? { code: 'NoSqlcmd' } : null;
    const host = { ssisdb: async () => ({ running: { seen, unseen } }) } as unknown as HostReader;
    const params = check.parse({ limitMs: 1000, workers: [...workers] }, {});
    return check.judge(await check.observe(host, params), null, {});
  };

  test.each([
    ['one of those that are to restart runs one', ['sqlw01', 'sqlw02'], running('SQLW02'), 1],
    ['only others run some', ['sqlw01', 'sqlw02'], running('SQLW03', 'SQLW04'), 0],
    ['nobody can tell where one runs', ['sqlw01'], running(null, 'SQLW03'), 1],
    ['all are to restart', [], running('SQLW03', null), 2],
    ['more run than a card has room for', [], running('W1', 'W2', 'W3', 'W4', 'W5', 'W6'), 6],
    ['none runs', [], [], 0],
  ])('tells whether packages run while %s', async (_, workers, seen, count) => {
    const verdict = await verdictOf(workers, seen);
    const packages = Array.from({ length: Math.min(count, 5) }, () => expect.stringContaining('Load.dtsx'));
    const waits = { met: false, pending: true, code: 'PackagesRun', found: { count, packages } };
    expect(verdict).toMatchObject(count === 0 ? { met: true } : waits);
  });

  test('does not take what cannot be seen for "none"', async () => {
    const unseen = { met: false, pending: false, code: 'PackagesUnseen', found: 'NoSqlcmd' };
    expect(await verdictOf([], null)).toMatchObject(unseen);
  });
});

describe('remove-key and remove-certificate', () => {
  const params = { thumbprint: OLD };
  const held = { stores: ['Root', 'My'], keys: ['Root'], users: [] };
  const { 'remove-key': key, 'remove-certificate': certificate } = STEPS;

  test.each([key, certificate])('read the stores, keys and users of that certificate alone', async (step) => {
    const users = [{ kind: 'sql', where: 'MSSQL16.X' }];
    const host = {
      traces: async ([one]: readonly string[]) => (one === OLD ? [{ thumbprint: OLD, ...held, users }] : []),
    } as unknown as HostReader;
    expect(await step.observe(host, step.parse(params, {}), null)).toEqual({ ...held, users });
  });

  test('remove the key first, then the certificate from every store', () => {
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

  test('keep a certificate whose key is still there, as nothing else says where the key lies', () => {
    expect(certificate.goal(held, certificate.parse(params, {}), null)).toMatchObject({ code: 'KeyStillThere' });
  });

  test.each(['remove-key', 'remove-certificate'] as const)(
    'refuse in %s while something uses the certificate',
    (kind) => {
      const step = STEPS[kind];
      const users = [{ kind: 'binding', where: '0.0.0.0:443' }];
      expect(step.goal({ ...held, keys: [], users }, step.parse(params, {}), null)).toMatchObject({
        code: 'CertificateInUse',
        data: { users: ['binding 0.0.0.0:443'] },
      });
    },
  );

  test('are not met while a fresh look still finds the key or certificate, and put nothing back', () => {
    const gone = { stores: [], keys: [], users: [] };
    expect(key.judge(held, gone, held)).toMatchObject({ met: false, code: 'KeyStillThere' });
    expect(certificate.judge(held, gone, held)).toMatchObject({ met: false, code: 'CertificateStillThere' });
    for (const step of [key, certificate]) {
      expect(step.judge(gone, held, null)).toEqual({ met: true });
      expect(step.move(gone, held, step.parse(params, {}), back)).toEqual([]);
    }
  });

  test('take only a thumbprint, so that a plan cannot say where', () => {
    expect(() => key.parse({ ...params, store: 'Root' }, {})).toThrow();
    expect(() => certificate.parse({ thumbprint: { ref: 'new' } }, {})).toThrow();
  });
});
