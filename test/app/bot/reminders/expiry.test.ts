import type { Desk } from '../../../../src/app/bot/desk.ts';
import { farmExpiry } from '../../../../src/app/bot/reminders/expiry.ts';
import type { HandshakeFacts, HostLook } from '../../../../src/domain/machine/host-facts.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const inDays = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();
const [NAMED, OTHER] = ['A1', 'B2'].map((digits) => digits.repeat(20) as Thumbprint) as [Thumbprint, Thumbprint];

const shown = (thumbprint: Thumbprint | null, more: Partial<HandshakeFacts> = {}): HandshakeFacts => ({
  target: 'sqlm01:8391',
  servername: null,
  thumbprint,
  error: thumbprint === null ? 'ECONNREFUSED' : null,
  ...more,
});

/** The settings of the master name a certificate that is good for 361 days. */
function ends(
  presented: readonly HandshakeFacts[],
  bound: Thumbprint,
  known: { readonly [name: string]: string } = {},
) {
  const certificate = { thumbprint: NAMED, notAfter: inDays(361) };
  const master = { sslCertThumbprint: NAMED, certificate, bindings: [{ thumbprint: bound }], presented };
  const latest = { sqlm01: { host: 'sqlm01', at: inDays(0), master, worker: null } as unknown as HostLook };
  const desk = { farm: { hosts: [{ name: 'sqlm01' }] }, moment: () => ({ now: NOW }) };
  const state = () => ({ latest, endsOnce: known });
  return farmExpiry({ ...desk, state } as unknown as Desk).map(({ thumbprint, days }) => [thumbprint, days]);
}

describe('The end of a master’s certificate', () => {
  test('is that of the one it presents, as the handshake showed it, whatever its settings name', () => {
    expect(ends([shown(OTHER, { notAfter: inDays(1) })], OTHER)).toEqual([[OTHER, 1]]);
  });

  test('is taken from an earlier look if that one has read it', () => {
    expect(ends([shown(OTHER)], OTHER, { [OTHER]: inDays(9) })).toEqual([[OTHER, 9]]);
  });

  test('is not taken from another one if nobody has read the one that is presented, or bound', () => {
    expect(ends([shown(OTHER)], OTHER)).toEqual([]);
    expect(ends([shown(null)], OTHER)).toEqual([]);
  });

  test('is taken from its own machine, whatever another machine says of it', () => {
    const end = (notAfter: string) => ({ thumbprint: NAMED, notAfter });
    const bound = { sslCertThumbprint: NAMED, bindings: [], presented: [shown(NAMED)] };
    const at = inDays(0);
    const latest = {
      sqlm01: { host: 'sqlm01', at, master: { ...bound, certificate: end(inDays(5)) }, worker: null },
      sqlw01: { host: 'sqlw01', at, master: null, worker: { certificate: end(inDays(900)) } },
    };
    const desk = { farm: { hosts: [{ name: 'sqlm01' }, { name: 'sqlw01' }] }, moment: () => ({ now: NOW }) };
    const told = farmExpiry({ ...desk, state: () => ({ latest, endsOnce: {} }) } as unknown as Desk);
    expect(told.find(({ host }) => host === 'sqlm01')?.days).toBe(5);
  });

  test('is that of the one it presents where another one is bound by now', () => {
    expect(ends([shown(OTHER, { notAfter: inDays(1) })], NAMED)).toEqual([[OTHER, 1]]);
  });

  test('is that of the one in its settings if that is presented, or is bound and nobody answered', () => {
    expect(ends([shown(NAMED)], NAMED)).toEqual([[NAMED, 361]]);
    expect(ends([shown(null)], NAMED)).toEqual([[NAMED, 361]]);
  });
});

describe('Certificates in use', () => {
  const uses = (host: string, days: number, thumbprint = NAMED) => ({
    host,
    at: inDays(0),
    master: null,
    worker: { certificate: { thumbprint, notAfter: inDays(days) } },
  });
  const presents = (host: string, days: number) => ({
    host,
    at: inDays(0),
    master: {
      sslCertThumbprint: '',
      certificate: null,
      bindings: [],
      presented: [shown(NAMED, { notAfter: inDays(days) })],
    },
    worker: null,
  });

  function inUse(looks: readonly { readonly host: string }[], farm = looks.map(({ host }) => host)): readonly string[] {
    const latest = Object.fromEntries(looks.map((look) => [look.host, look]));
    const desk = { farm: { hosts: farm.map((name) => ({ name })) }, moment: () => ({ now: NOW }) };
    const told = farmExpiry({ ...desk, state: () => ({ latest, endsOnce: {} }) } as unknown as Desk);
    return told.map(({ host, days }) => `${host} ${days}`);
  }

  test('come worst first; of one day, the master’s before its workers’, and these by name', () => {
    const workers = [uses('sqlw02', 9), uses('sqlw03', 3, OTHER), uses('sqlw01', 9)];
    const wanted = ['sqlw03 3', 'sqlm01 9', 'sqlw01 9', 'sqlw02 9'];
    expect(inUse([...workers, presents('sqlm01', 9)])).toEqual(wanted);
    expect(inUse([presents('sqlm01', 9), ...workers])).toEqual(wanted);
  });

  test('of a machine that is no longer in the farm do not count', () => {
    expect(inUse([uses('sqlw01', 9), uses('sqlw02', 3)], ['sqlw01'])).toEqual(['sqlw01 9']);
  });
});
