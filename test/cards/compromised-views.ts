import type { RetireView } from '../../src/domain/retire-view.ts';
import type { CardView, ClosedView, PlanView, RunningView } from '../../src/domain/view.ts';
import type { Wish } from '../../src/domain/wish.ts';
import { message, OLD } from './views.ts';

interface Usual {
  readonly plan: PlanView;
  readonly running: RunningView;
  readonly done: ClosedView;
  readonly putBack: ClosedView;
  readonly retire: RetireView;
}

const stolen = (wish: Wish): Wish => ({ ...wish, compromised: true, when: { by: 'now' } });

/** The same cards where a key is in the wrong hands. */
export function compromisedViews({ plan, running, done, putBack, retire }: Usual): {
  readonly [name: string]: CardView;
} {
  const there = { farm: 'prod', thumbprint: OLD, hosts: ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'] };
  return {
    'plan-compromised': {
      ...plan,
      wish: stolen(plan.wish),
      reason: 'The key was on a lost backup',
      when: { ...plan.when, outside: true },
    },
    'running-compromised': { ...running, wish: stolen(running.wish) },
    'closed-compromised': {
      ...done,
      wish: stolen(done.wish),
      stillThere: [message('compromised.there', there)],
      next: [],
    },
    'closed-compromised-put-back': {
      ...putBack,
      wish: stolen(putBack.wish),
      stillThere: [message('compromised.used', there)],
    },
    'retire-compromised': {
      ...retire,
      wish: stolen(retire.wish),
      certificates: retire.certificates.map((one, at) => ({ ...one, compromised: at === 0 })),
    },
  };
}
