import { cutOffBy, movedBack, whyNotProved, wrotePin } from '../../../../src/app/runner/here/moved-back.ts';
import { stagesToUndo } from '../../../../src/app/runner/here/undo-here.ts';
import { openOrders } from '../../../../src/domain/fold/runner-fold.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { type Rig, rigBefore } from '../rig.ts';

const MASTER = 'sqlm01';
const WORKER = 'sqlw01';

function movedOf(rig: Rig, name: string) {
  const journal = rig.journalOf(name);
  const state = journal.state();
  const stages = stagesToUndo(journal.read(), state, 'prod-17', rig.config(name));
  return movedBack(stages, openOrders(state), rig.config(name));
}

describe('Put back by hand, a worker moves between the two certificates of its master', () => {
  test('if it has followed', async () => {
    const { rig, plan } = await rigBefore('nothing: all is applied');
    const made = rig.refs().new?.thumbprint;
    expect(movedOf(rig, WORKER)).toEqual({ old: plan.header.old?.thumbprint, next: made });
  });

  test('if it is armed, and would follow', async () => {
    const { rig, plan } = await rigBefore('master');
    const runner = rig.runner(WORKER);
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, WORKER, 'apply', 'workers')));
    await runner.stop();
    expect(movedOf(rig, WORKER)).toMatchObject({ old: plan.header.old?.thumbprint });
  });

  test('but between none if it was only made to trust the new one', async () => {
    const { rig } = await rigBefore('master');
    expect(movedOf(rig, WORKER)).toBeNull();
  });

  test('nor if its master is put back here too', async () => {
    const hosts = { sqlm01: ['master', 'worker'], sqlw01: ['worker'], sqlw02: ['worker'] } as const;
    const { rig, plan } = await rigBefore('nothing: all is applied', { hosts });
    const runner = rig.runner(MASTER);
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, MASTER, 'apply', 'workers')));
    await runner.stop();
    expect(openOrders(rig.journalOf(MASTER).state())).toMatchObject([{ stage: 'workers' }]);
    expect(movedOf(rig, MASTER)).toBeNull();
  });
});

describe('A worker that is put back while its master', () => {
  const moved = { old: 'A'.repeat(40) as Thumbprint, next: 'B'.repeat(40) as Thumbprint };

  test.each([
    ['presents the old certificate is not cut off', moved.old, null],
    ['presents the new certificate is', moved.next, 'next'],
    ['presents a third certificate is', 'C'.repeat(40), 'another'],
    ['cannot be seen may be', null, 'unseen'],
  ])('%s', (_what, presented, cut) => {
    expect(cutOffBy(moved, presented as Thumbprint | null)).toBe(cut);
  });
});

describe('An undo by hand that is not proved', () => {
  const [OLD, NEXT] = ['A'.repeat(40) as Thumbprint, 'B'.repeat(40) as Thumbprint];
  const master = (thumbprint: Thumbprint | null, accepts: Thumbprint | null) => ({
    endpoint: 'x',
    thumbprint,
    accepts,
  });
  const followed = { old: OLD, next: NEXT };

  test.each([
    ['says that the worker is back and cut off while its master stays', master(NEXT, OLD), 'UndoneAndCutOff'],
    ['says so of no worker whose master presents what it accepts', master(OLD, OLD), 'UndoNotProved'],
    ['says so of none whose master cannot be seen', master(null, OLD), 'UndoNotProved'],
    ['says so of none whose settings cannot be read', master(NEXT, null), 'UndoNotProved'],
    ['says so of no machine without a worker', null, 'UndoNotProved'],
    ['is to be tried again if its own write did not go back', master(OLD, NEXT), 'UndoNotProved'],
  ] as const)('%s', (_what, seen, code) => {
    expect(whyNotProved(seen, followed, true)).toBe(code);
  });

  test.each([followed, null])(
    'says that no try helps if the journal does not show that the setting was written',
    (moved) => {
      expect(whyNotProved(master(OLD, NEXT), moved, false)).toBe('NotUndoneAndCutOff');
    },
  );

  test('knows from the journal alone whether the setting was written for that rotation', async () => {
    const { rig } = await rigBefore('nothing: all is applied');
    const lines = rig.journalOf(WORKER).read();
    const cut = lines.findIndex(({ line: { entry } }) => entry.type === 'started' && entry.step.endsWith('setting'));
    expect([wrotePin(lines, 'prod-17'), wrotePin(lines, 'prod-18')]).toEqual([true, false]);
    expect(wrotePin(lines.slice(0, cut), 'prod-17')).toBe(false);
  });
});
