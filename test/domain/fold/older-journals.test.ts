import { foldEntry } from '../../../src/domain/fold/bot-fold.ts';
import type { BotEntry } from '../../../src/domain/journal/entries.ts';
import { next } from '../../../src/domain/next/index.ts';
import { factsDigest } from '../../../src/domain/next/start/facts-digest.ts';
import { writePlan } from '../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import { initialFarmState } from '../../../src/domain/rotation/farm-state.ts';
import { farmOf, ID, planOf, Sim } from '../sim.ts';

describe('A journal of a version that knew only one kind of rotation', () => {
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

  test('folds to a wish of nothing but the kind', () => {
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

describe('A journal of a version in which votes named the facts that a decision rests on', () => {
  /** One worker's state is unknown, and Wei asked to leave it behind. */
  const asked = (): Sim => {
    const sim = new Sim(farmOf(), ({ host, kind, stage }) =>
      host === 'sqlw03' && kind === 'apply' && stage === 'workers' ? 'unknown' : 'ok',
    );
    sim.request();
    sim.settle();
    for (const who of ['ana', 'tom']) sim.vote(who);
    sim.settle();
    const digest = factsDigest(sim.rotation(), next(sim.rotation(), sim.moment()));
    const by = { id: 'wei', name: 'Wei Zhang' };
    sim.put({ type: 'resolve-asked', id: ID, choice: 'leave-behind', by, digest });
    return sim;
  };
  const vote = (sim: Sim, who: string): void => {
    sim.vote(who, 'approve', sim.rotation().resolve?.digest ?? '');
    sim.settle();
  };

  test('folds: the votes in it count, and so do later ones', () => {
    const sim = asked();
    vote(sim, 'ana');
    expect(sim.rotation().resolved).toEqual({});
    vote(sim, 'tom');
    expect(sim.rotation().resolved).toMatchObject({ sqlw03: { choice: 'leave-behind' } });
  });

  test('folds: the vote of whoever asks for the decision does not count', () => {
    const sim = asked();
    vote(sim, 'wei');
    vote(sim, 'ana');
    expect(sim.rotation().resolved).toEqual({});
  });

  test('folds: what it says was decided stands, even for a machine that was not asked about', () => {
    const sim = asked();
    sim.vote('ana', 'approve', sim.rotation().resolve?.digest ?? '');
    const orders = sim.rotation().orders.length;
    sim.put({ type: 'resolved', id: ID, choice: 'leave-behind', hosts: ['sqlw02' as never, 'sqlw03' as never] });
    const decided = { choice: 'leave-behind', orders };
    expect(sim.rotation()).toMatchObject({ resolve: null, resolved: { sqlw02: decided, sqlw03: decided } });
  });
});
