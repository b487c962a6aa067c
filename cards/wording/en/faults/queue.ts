import type { Faults } from './fault.ts';

/** Redis, and what its users may do there. */
export const queueFaults = {
  QueueAway: { says: 'Redis is away.', todo: 'It goes on by itself once Redis is back.' },
  OrdersRefused: {
    says: 'its Redis user lacks a right to take orders.',
    todo: 'Give it the rights that certops redis acl prints for that machine, then ask again.',
    hand: 'Give it the rights that certops redis acl prints for that machine: it is noticed within half a minute, and this goes on by itself.',
    elsewhere: true,
  },
  OrdersNotWritable: {
    says: "the bot's Redis user lacks a right to write its orders.",
    todo: "Give the bot's user the rights that certops redis acl prints, then ask again.",
    hand: "Give the bot's user the rights that certops redis acl prints, then look again.",
    elsewhere: true,
  },
} satisfies Faults;
