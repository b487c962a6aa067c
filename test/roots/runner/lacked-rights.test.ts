import { CertopsError } from '../../../src/domain/errors.ts';
import { openOffice } from '../../../src/roots/runner/first-letter.ts';
import { type Lacked, tellOfRights, watchRights } from '../../../src/roots/runner/lacked-rights.ts';

const LETTER = { type: 'report', key: '', body: '', sig: '' } as const;

test('A runner whose reports Redis refuses for want of a right knows it until one is taken, whatever else fails meanwhile', async () => {
  let reason: string | null = null;
  const toBot = async (): Promise<void> => {
    if (reason !== null) throw new CertopsError('QueueAway', { reason });
  };
  const { office, isRefused } = openOffice({ toHost: async () => {}, toBot, up: () => true, close: async () => {} });
  const sent = async (why: string | null): Promise<boolean> => {
    reason = why;
    await office.toBot(LETTER).catch(() => {});
    return isRefused();
  };
  expect(await sent('end')).toBe(false);
  expect(await sent('NOPERM')).toBe(true);
  expect(await sent('full')).toBe(true);
  expect(await sent(null)).toBe(false);
});

test.each([
  ['orders-refused', 'does not hand out its orders'],
  ['reports-refused', 'calls it silent'],
] as const)('Log and event log say what is refused, with the command that gives the right: %s', async (code, says) => {
  const events: (readonly [number, string])[] = [];
  const logged: string[] = [];
  const log = {
    info: (_: object, text: string) => logged.push(text),
    warn: (_: object, text: string) => logged.push(text),
  };
  const host = { event: async (id: number, text: string) => void events.push([id, text]) };
  tellOfRights([code], { host: host as never, log, config: { host: 'sqlw01' } });
  expect(events).toEqual([[107, logged[0]]]);
  expect(logged).toEqual([expect.stringContaining(says)]);
  expect(logged[0]).toContain('certops redis acl sqlw01');
  // What eventcreate cannot be given.
  expect(logged[0]).not.toMatch(/["%]|.{1000}/u);
  tellOfRights([], { host: host as never, log, config: { host: 'sqlw01' } });
  expect([events.length, logged[1]]).toEqual([1, expect.stringContaining('nothing any more')]);
});

test('What Redis refused before anybody watched is told too, and each change after it once', async () => {
  const said: string[] = [];
  const log = {
    info: (_: object, text: string) => said.push(text),
    warn: (data: object) => said.push(Object(data).code),
  };
  let turn: () => void = () => {};
  const clock = { sleep: () => new Promise<void>((resolve) => (turn = resolve)) };
  const look = async (): Promise<void> => {
    turn();
    await new Promise(setImmediate);
  };
  let lacked: readonly Lacked[] = ['reports-refused'];
  const host = { event: async () => {} };
  const end = watchRights(() => lacked, { host: host as never, log, config: { host: 'sqlw01' } }, clock);
  expect(said).toEqual(['reports-refused']);
  await look();
  lacked = [];
  await look();
  await look();
  expect(said).toEqual(['reports-refused', 'redis refuses this runner nothing any more']);
  await end();
});
