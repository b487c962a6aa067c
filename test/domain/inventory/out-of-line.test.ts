import type { Farm } from '../../../src/domain/farm/farm.ts';
import { withLook } from '../../../src/domain/fold/look-fold.ts';
import { alignments } from '../../../src/domain/inventory/out-of-line.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { type FarmState, initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { type Looks, type Loose, master, survey, worker } from '../../plans/support.ts';

const OLD = 'CD'.repeat(20);

/** Looks in the order in which they arrived, each a minute after the one before. */
async function seen(...changes: readonly (readonly [host: string, (looks: Loose<Looks>) => void])[]) {
  const { farm, looks } = await survey();
  let state: FarmState = initialFarmState;
  let minute = 0;
  const take = (host: string): void => {
    minute += 1;
    const look = JSON.parse(JSON.stringify(looks[host])) as HostLook;
    state = withLook(state, host as HostName, { ...look, at: at(minute) });
  };
  for (const host of ['sqlm01', 'sqlw01', 'sqlw02']) take(host);
  for (const [host, change] of changes) {
    change(looks);
    take(host);
  }
  const known = farm as unknown as Farm;
  return { of: (host: string) => alignments(known, state).find((one) => one.host === host), state, farm: known };
}

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString();

const pins = (looks: Loose<Looks>, thumbprint: string) =>
  Object.assign(worker(looks), { masterThumbprint: thumbprint });
const presents = (looks: Loose<Looks>, thumbprint: string) => {
  for (const one of master(looks).presented) Object.assign(one, { thumbprint });
};

test('a worker that pins and trusts what its master presents is in line since both were seen', async () => {
  const { of } = await seen();
  expect(of('sqlw01')).toMatchObject({ inLine: true, isSeen: true, since: at(2) });
});

test('a worker that pins another, or does not trust it, is out of line since that was first seen', async () => {
  const { of } = await seen(
    ['sqlw01', (looks) => pins(looks, OLD)],
    ['sqlw01', () => {}],
    ['sqlw02', (looks) => Object.assign(looks.sqlw02?.worker ?? {}, { trustsPinned: false })],
  );
  expect(of('sqlw01')).toMatchObject({ inLine: false, isSeen: true, pinned: OLD, since: at(4) });
  expect(of('sqlw02')).toMatchObject({ inLine: false, isSeen: true, since: at(6) });
});

test('nobody can tell about a worker that has reached what it pins since its master was looked at', async () => {
  const back = (looks: Loose<Looks>) => {
    pins(looks, OLD);
    Object.assign(worker(looks).connection.handshake, { thumbprint: OLD });
  };
  const { of } = await seen(['sqlw01', back]);
  expect(of('sqlw01')).toMatchObject({ inLine: false, isSeen: false, isPast: true });
  expect(of('sqlw02')).toMatchObject({ inLine: true, isSeen: true, isPast: false });
  const still = await seen(['sqlw01', back], ['sqlm01', () => {}]);
  expect(still.of('sqlw01')).toMatchObject({ inLine: false, isSeen: true, isPast: false });
  const both = await seen(['sqlw01', back], ['sqlm01', (looks) => presents(looks, OLD)], ['sqlw01', () => {}]);
  expect(both.of('sqlw01')).toMatchObject({ inLine: true, isSeen: true, isPast: false });
});

test.each([null, 'EF'.repeat(20)])(
  'a worker that pins another than it reached is cut off all the same: %s',
  async (reached) => {
    const { of } = await seen([
      'sqlw01',
      (looks) => {
        pins(looks, OLD);
        Object.assign(worker(looks).connection.handshake, { thumbprint: reached });
      },
    ]);
    expect(of('sqlw01')).toMatchObject({ inLine: false, isSeen: true, isPast: false });
  },
);

test.each(['sqlm01', 'sqlw01'])(
  'nobody can tell about a worker once the journal of %s was lost, until that machine is looked at again',
  async (host) => {
    const { farm, state } = await seen(['sqlw01', (looks) => pins(looks, OLD)]);
    const among = (one: FarmState) => alignments(farm, one).map(({ host: name }) => name);
    const hosts = host === 'sqlm01' ? [] : ['sqlw02'];
    const lost = {
      ...state,
      strange: [{ host: host as HostName, seq: 9, code: 'RunnerJournalLost', data: {}, at: at(10) }],
    };
    expect(among(lost)).toEqual(hosts);
    const look = state.latest[host as HostName] as HostLook;
    expect(among(withLook(lost, host as HostName, { ...look, at: at(9) }))).toEqual(hosts);
    expect(among(withLook(lost, host as HostName, { ...look, at: at(12) }))).toEqual(['sqlw01', 'sqlw02']);
  },
);

const issued = (looks: Loose<Looks>) => Object.assign(master(looks).certificate ?? {}, { selfSigned: false });
const connection = (how: 'connected' | 'refused' | 'silent') => ({
  log: { state: how, line: null, at: null },
  tcp: how === 'connected',
});
const stands = (how: 'connected' | 'refused' | 'silent', trustsPinned: boolean | null) => (looks: Loose<Looks>) => {
  Object.assign(worker(looks), { trustsPinned });
  Object.assign(worker(looks).connection, connection(how));
};

test("a company's certificate counts as trusted by a connected worker, whatever a look can tell of its root", async () => {
  for (const trusts of [false, null]) {
    const { of } = await seen(['sqlm01', issued], ['sqlw01', stands('connected', trusts)]);
    expect(of('sqlw01')).toMatchObject({ inLine: true });
  }
  const { of } = await seen(['sqlw01', stands('connected', false)]);
  expect(of('sqlw01')).toMatchObject({ inLine: false });
});

test('nothing is claimed of a worker that is not connected and whose trust nobody can tell', async () => {
  const { of } = await seen(['sqlm01', issued], ['sqlw01', stands('silent', null)]);
  expect(of('sqlw01')).toMatchObject({ inLine: null });
  const known = await seen(['sqlm01', issued], ['sqlw01', stands('refused', false)]);
  expect(known.of('sqlw01')).toMatchObject({ inLine: false });
});

test('a look that cannot tell does not restart the time since when a worker is out of line', async () => {
  const { of } = await seen(
    ['sqlw01', stands('refused', false)],
    ['sqlw01', stands('silent', null)],
    ['sqlw01', stands('refused', false)],
  );
  expect(of('sqlw01')).toMatchObject({ inLine: false, since: at(4) });
});

test('a look at a worker from before the master switched does not count as seen, and the next one does', async () => {
  const switched = ['sqlm01', (looks: Loose<Looks>) => presents(looks, OLD)] as const;
  expect((await seen(switched)).of('sqlw01')).toMatchObject({ inLine: false, isSeen: false });
  const reaches = (looks: Loose<Looks>) => Object.assign(worker(looks).connection.handshake, { thumbprint: OLD });
  const { of } = await seen(switched, ['sqlw01', reaches]);
  expect(of('sqlw01')).toMatchObject({ inLine: false, isSeen: true, presented: OLD, since: at(4) });
});

test('a master that did not answer counts as presenting what it did, and nobody is called cut off for its silence', async () => {
  const { of, state } = await seen(['sqlm01', (looks) => Object.assign(master(looks), { presented: [] })]);
  expect(of('sqlw01')).toBeUndefined();
  expect(state.standings.sqlm01?.presents?.since).toBe(at(1));
});
