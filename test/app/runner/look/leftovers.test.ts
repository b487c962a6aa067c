import { lookWithLeftovers } from '../../../../src/app/runner/look/leftovers.ts';
import type { CertificateTrace, HostLook, StoredCertificate } from '../../../../src/domain/machine/host-facts.ts';
import type { HostName, StoreName, Thumbprint } from '../../../../src/domain/values.ts';
import type { WindowsHost } from '../../../../src/ports/windows-host.ts';
import { survey } from '../../../plans/support.ts';

const OLD = 'CD'.repeat(20) as Thumbprint;
const USED = '2026-10-01T00:00:00.000Z';
const MARK = 'certops prod-16';
const surveyed = survey();
const config = {
  farm: 'prod',
  host: 'sqlm01' as HostName,
  hostKeys: { sqlm01: [], sqlw01: [], sqlw02: [] },
} as unknown as Parameters<typeof lookWithLeftovers>[1];

const stored = (store: StoreName, over: Partial<StoredCertificate> = {}): StoredCertificate => ({
  thumbprint: OLD,
  store,
  subject: 'CN=sqlm01',
  names: ['sqlm01'],
  selfSigned: true,
  notAfter: '2027-01-01T00:00:00.000Z',
  friendlyName: null,
  ...over,
});
const mark = { friendlyName: MARK };
const ofWorker = { names: ['sqlw01'] };

interface Seen {
  readonly on?: string;
  readonly used?: boolean;
  readonly keys?: readonly StoreName[];
  readonly gone?: boolean;
}

/** Leftovers of a machine that holds these. */
async function leftOf(all: readonly StoredCertificate[], { on = 'sqlm01', used, keys = [], gone }: Seen = {}) {
  const look = (await surveyed).looks[on] as unknown as HostLook;
  const stores = gone === true ? [] : all.map(({ store }) => store);
  const host = {
    look: async () => look,
    stored: async () => all,
    traces: async (asked: readonly Thumbprint[]): Promise<readonly CertificateTrace[]> =>
      asked.map((thumbprint) => ({ thumbprint, stores, keys, users: [] })),
  } as unknown as WindowsHost;
  const uses = used === true ? [{ thumbprint: OLD, at: USED }] : [];
  const found = await lookWithLeftovers(host, config, () => ({ uses, unused: [{ thumbprint: OLD, at: USED }] }));
  return found.leftovers;
}

test.each<readonly [what: string, all: readonly StoredCertificate[], seen: Seen, left: object | null]>([
  ['was used', [stored('Root')], { used: true }, { mark: null, lastUsed: USED }],
  ['bears the mark of the farm', [stored('Root', mark)], {}, { mark: MARK, lastUsed: null, unusedSince: USED }],
  ['bears it in one store of two', [stored('Root', mark), stored('My')], { used: true }, { mark: MARK }],
  ['bears it in the other', [stored('Root'), stored('My', mark)], { used: true }, { mark: MARK }],
  ['bears the mark of another farm', [stored('Root', { friendlyName: 'certops test-16' })], {}, null],
  ['bears another name', [stored('My', { friendlyName: 'Payroll' })], {}, null],
  ['is a master’s trust in a worker', [stored('Root', ofWorker)], {}, { mark: null, unusedSince: USED }],
  ['is such a trust on a worker', [stored('Root', ofWorker)], { on: 'sqlw02' }, null],
  ['is such a trust, but has its key here', [stored('Root', ofWorker)], { keys: ['Root'] }, null],
  ['is such a trust, but is in My too', [stored('Root', ofWorker), stored('My', ofWorker)], {}, null],
  ['has a worker’s name, but is in My alone', [stored('My', ofWorker)], {}, null],
  ['has a worker’s name, but from an issuer', [stored('Root', { ...ofWorker, selfSigned: false })], {}, null],
  ['has the name of this machine', [stored('Root')], {}, null],
  ['was used, and was removed meanwhile', [stored('Root')], { used: true, gone: true }, null],
])('what a certificate that %s is as a leftover', async (_what, all, seen, left) => {
  expect(await leftOf(all, seen)).toEqual(left === null ? [] : [expect.objectContaining(left)]);
});

test('what is used now is no leftover, and what cannot be read is not taken for none', async () => {
  const look = (await surveyed).looks.sqlm01 as unknown as HostLook;
  const thumbprint = look.master?.certificate?.thumbprint as Thumbprint;
  expect(await leftOf([stored('Root', { ...mark, thumbprint })])).toEqual([]);
  const fails = async () => {
    throw new Error('RegistryNotReadable');
  };
  const known = () => ({ uses: [], unused: [] });
  for (const broken of [{ stored: fails }, { stored: async () => [], traces: fails }]) {
    const host = { look: async () => look, ...broken } as unknown as WindowsHost;
    expect((await lookWithLeftovers(host, config, known)).leftovers).toBeNull();
  }
});

test('a leftover of no known use that was never seen before is unused since now', async () => {
  const look = (await surveyed).looks.sqlm01 as unknown as HostLook;
  const trace = { thumbprint: OLD, stores: ['Root'], keys: [], users: [] };
  const host = { look: async () => look, stored: async () => [stored('Root', mark)], traces: async () => [trace] };
  const known = () => ({ uses: [], unused: [] });
  const found = await lookWithLeftovers(host as unknown as WindowsHost, config, known);
  expect(found.leftovers).toMatchObject([{ unusedSince: look.at, stores: ['Root'], subject: 'CN=sqlm01' }]);
});
