import type { PostOffice } from '../ports/post-office.ts';
import { systemClock } from './system-clock.ts';

const STEP_MS = 10;
const TRIES = 200;

type Office = PostOffice & { close(): Promise<void> };

/** A post office that tells when its first letter to the bot has gone out, which is when others may count on us. */
export function openOffice(inner: Office): {
  readonly office: Office & { /** Resolves when Redis is there, or after two seconds. */ connected(): Promise<void> };
  readonly sent: Promise<void>;
} {
  let told: () => void = () => {};
  const sent = new Promise<void>((resolve) => {
    told = resolve;
  });
  const toBot: Office['toBot'] = async (letter) => {
    await inner.toBot(letter);
    told();
  };
  const connected = async (): Promise<void> => {
    for (let tries = 0; tries < TRIES && !inner.up(); tries += 1) await systemClock.sleep(STEP_MS);
  };
  return { office: { ...inner, toBot, connected }, sent };
}
