import { planWords } from './cards/plan.ts';

/** Words of the cards themselves. What happens on machines is worded in steps.ts, what goes wrong in errors.ts. */
export const cards = { ...planWords };
