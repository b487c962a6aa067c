import { CertopsError } from '../../../src/domain/errors.ts';
import { parseRunnerEntry } from '../../../src/domain/journal/runner-entries.ts';
import { isRefusal, type Json } from '../../../src/domain/values.ts';
import type { WindowsHost } from '../../../src/ports/windows-host.ts';
import { outcomeOf, rigBefore, stateOf } from './rig.ts';

const MASTER = 'sqlm01';
const long = 'x'.repeat(2_000_000);

/** How an order ended on a machine that says what no line may hold, and the lines that the bot would refuse. */
async function ended(kind: 'look' | 'apply', change: (world: WindowsHost) => WindowsHost) {
  const { rig, plan } = await rigBefore('create');
  const before = stateOf(rig.machines.get(MASTER));
  const runner = rig.runner(MASTER, { host: change(rig.windowsHost(MASTER)) });
  await runner.start();
  const order = rig.order(kind === 'look' ? null : plan, MASTER, kind, kind === 'look' ? null : 'create');
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  const entries = rig.entries(MASTER);
  return {
    outcome: outcomeOf(entries, order.n),
    failed: entries.find((entry) => entry.type === 'failed'),
    unread: entries.filter((entry) => isRefusal(parseRunnerEntry(JSON.parse(JSON.stringify(entry)) as Json))),
    isAsBefore: JSON.stringify(stateOf(rig.machines.get(MASTER))) === JSON.stringify(before),
  };
}

test('a look with something that the bot would refuse ends as unknown, names the place, and leaves no line that the bot would refuse', async () => {
  const { outcome, failed, unread } = await ended('look', (world) => ({
    ...world,
    look: async () => ({ ...(await world.look()), root: { count: -1, notSelfSigned: 0 } }),
  }));
  expect(outcome).toBe('unknown');
  expect(failed).toMatchObject({ step: null, code: 'NotTold', data: { path: 'look.root.count' } });
  expect(unread).toEqual([]);
});

test('a failure for which a tool gave two million characters is reported by its code, and put back', async () => {
  const { outcome, failed, unread, isAsBefore } = await ended('apply', (world) => ({
    ...world,
    async perform(change, signal) {
      if (change.type === 'key.grant') throw new CertopsError('ToolFailed', { tool: 'icacls', output: long });
      await world.perform(change, signal);
    },
  }));
  expect(outcome).toBe('put-back');
  expect(failed).toMatchObject({ code: 'NotTold', data: { code: 'ToolFailed' } });
  expect(unread).toEqual([]);
  expect(isAsBefore).toBe(true);
});
