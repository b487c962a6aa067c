import { lostWayBack } from '../../../../src/app/runner/change/lost-way-back.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import type { SslBinding } from '../../../../src/domain/machine/host-facts.ts';
import type { PlannedStep } from '../../../../src/domain/plan/plan.ts';
import type { Facts, HostName, Json, Thumbprint } from '../../../../src/domain/values.ts';
import { begun, jobOn } from './job-on.ts';
import { fail } from './numbers.ts';

const OLD = 'AB'.repeat(20) as Thumbprint;
const NEW = 'CD'.repeat(20) as Thumbprint;
const KEY = '0.0.0.0:8391';

const bound = (thumbprint: Thumbprint, store = 'Root', key = KEY): SslBinding => ({
  ...{ key, kind: 'ipport', thumbprint, store, appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}' },
  ...{ parameters: {}, extended: {} },
});
const factsOf = (...all: readonly SslBinding[]): Facts => Object.fromEntries(all.map((one) => [one.key, { ...one }]));
const planned = (kind: string, params: Json): PlannedStep => ({
  ...{ id: kind, kind, host: 'sqlm01' as HostName, params, expected: {} },
});
const BIND = planned('bind-port', { port: 8391, thumbprint: NEW });
const MAKE = planned('bind-port', { port: 8391, thumbprint: NEW, make: true });
const WRITE = planned('write-setting', { role: 'master', key: 'SSLCertThumbprint', thumbprint: NEW });

interface Machine {
  /** What is bound and what the settings name now; null: it cannot be read. */
  readonly bindings?: readonly SslBinding[] | null;
  readonly setting?: string | null;
  /** Where the old certificate lies, and whether its key is there. */
  readonly held?: { readonly [store: string]: string };
  /** What was there before the change, by step; a step that is not named was never begun. */
  readonly before?: { readonly [step: string]: Facts };
}

function on({ bindings = [bound(NEW)], setting = NEW, held = {}, before = {} }: Machine) {
  const looked: string[] = [];
  const host = {
    sslBindings: async () => bindings ?? fail(),
    setting: async () => setting ?? fail(),
    certificate: async (store: string, thumbprint: Thumbprint) => {
      looked.push(`${store} ${thumbprint === OLD ? 'old' : thumbprint}`);
      return held[store] === undefined ? null : { privateKey: held[store] };
    },
  };
  const one = jobOn(host, {});
  const lost = async (...steps: readonly PlannedStep[]) => {
    for (const [step, facts] of Object.entries(before)) await one.job.record(begun(step, { before: facts }));
    return lostWayBack(one.job, steps);
  };
  return { ...one, lost, looked };
}

const wasBound = (...all: readonly SslBinding[]) => ({ before: { 'bind-port': factsOf(...all) } });
const gone = (missing: string, step = 'bind-port', store = 'Root') => ({
  ...{ step, code: 'OldCertificateGone', data: { thumbprint: OLD, store, missing } },
});

describe('The way back of a port is lost', () => {
  test.each<[string, Machine, object | null]>([
    ['if the old certificate is gone', wasBound(bound(OLD)), gone('certificate')],
    ['if its key is gone', { ...wasBound(bound(OLD)), held: { Root: 'no' } }, gone('key')],
    [
      'if it is gone from the store that it was bound from, wherever else it lies',
      { ...wasBound(bound(OLD, '')), held: { Root: 'yes' } },
      gone('certificate', 'bind-port', ''),
    ],
    [
      'if only one of its bindings cannot go back',
      { ...wasBound(bound(OLD), bound(OLD, 'MY', '[::]:8391')), held: { Root: 'yes' } },
      gone('certificate', 'bind-port', 'MY'),
    ],
    ['also if nothing is bound there any more', { ...wasBound(bound(OLD)), bindings: [] }, gone('certificate')],
  ])('%s', async (_, machine, found) => {
    expect(await on(machine).lost(BIND, WRITE)).toEqual(found);
  });

  test.each<[string, Machine]>([
    ['if all that it needs is there', { ...wasBound(bound(OLD)), held: { Root: 'yes' } }],
    ['if nobody can tell whether the key is there', { ...wasBound(bound(OLD)), held: { Root: 'unreadable' } }],
    ['by a certificate that is bound again, or still', { ...wasBound(bound(OLD)), bindings: [bound(OLD)] }],
    ['if it was bound from a store that cannot be read', wasBound(bound(OLD, 'WebHosting'))],
    ['if it cannot be seen what is bound', { ...wasBound(bound(OLD)), bindings: null }],
    ['if it was never begun', {}],
    ['by what the settings named, which the port was not bound to', { before: { 'write-setting': { value: OLD } } }],
  ])('not %s', async (_, machine) => {
    expect(await on(machine).lost(BIND, WRITE)).toBeNull();
  });

  test.each([
    ['port', wasBound(bound(OLD)), [BIND]],
    ['setting', { before: { 'write-setting': { value: OLD } } }, [MAKE, WRITE]],
  ])(
    'or not, which the next runner tells if this one is stopped over a %s that cannot be read',
    async (_, was, steps) => {
      const one = on({ ...was, bindings: null, setting: null });
      one.stopRunner();
      await expect(one.lost(...steps)).rejects.toBeInstanceOf(RunnerStopping);
    },
  );
});

describe('Where nothing was bound, settings are not set back to a certificate', () => {
  const began = { before: { 'bind-port': {}, 'write-setting': { value: `\u200e${OLD.toLowerCase()}` } } };

  test.each<[string, Machine, object | null]>([
    ['that is in no store', began, gone('certificate', 'write-setting')],
    ['whose key is gone from each', { ...began, held: { My: 'no' } }, gone('key', 'write-setting')],
  ])('%s', async (_, machine, found) => {
    const one = on(machine);
    expect(await one.lost(MAKE, WRITE)).toEqual(found);
    expect(one.looked).toEqual(['Root old', 'My old']);
  });

  test.each<[string, Machine, readonly PlannedStep[]]>([
    ['it is in either store with its key', { ...began, held: { My: 'yes', Root: 'no' } }, [MAKE, WRITE]],
    ['the settings name it again, or still', { ...began, setting: OLD }, [MAKE, WRITE]],
    ['they named none', { before: { 'bind-port': {}, 'write-setting': { value: '' } } }, [MAKE, WRITE]],
    ['the settings were never changed', { before: { 'bind-port': {} } }, [MAKE, WRITE]],
    ['the binding was not ours to make', began, [WRITE]],
  ])('but they are if %s', async (_, machine, steps) => {
    expect(await on(machine).lost(...steps)).toBeNull();
  });
});
