import { foldEntry } from '../../src/domain/bot-fold.ts';
import type { BotEntry } from '../../src/domain/entries.ts';
import { writePlan } from '../../src/domain/plan.ts';
import { initialFarmState } from '../../src/domain/rotation.ts';
import { plainWish } from '../../src/domain/wish.ts';
import { farmOf, planOf } from './sim.ts';

describe('A journal of a version that knew one kind of rotation', () => {
  const at = '2026-11-24T14:00:00.000Z';
  const requested = {
    type: 'requested',
    id: 'prod-17',
    kind: 'rotate-master',
    dry: false,
    by: { id: 'mei', name: 'Mei Lin' },
    reason: 'Yearly',
    origin: { platform: 'web', channel: 'sql-ops' },
  } as const satisfies BotEntry;

  test('folds: nothing was said beyond the kind', () => {
    const state = foldEntry(initialFarmState, requested, at);
    expect(state.rotations['prod-17']?.wish).toEqual(plainWish('rotate-master'));
  });

  test('folds with its plan, whose one profile is that of the new certificate', () => {
    const { header, slices } = planOf(farmOf());
    const { wish, profiles, ...rest } = header;
    const { lines, digest } = writePlan({ ...rest, profile: profiles.new } as never, slices);
    const planned = { type: 'planned', id: 'prod-17', lines, digest, replaces: null } as const;
    const state = foldEntry(foldEntry(initialFarmState, requested, at), planned, at);
    const { plan } = state.rotations['prod-17'] ?? {};
    expect(plan?.header).toEqual(header);
    // What people approved and runners were sent is what stands in the journal.
    expect([plan?.digest, plan?.lines]).toEqual([digest, lines]);
    expect(wish.kind).toBe('rotate-master');
  });
});
