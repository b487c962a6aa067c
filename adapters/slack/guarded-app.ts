import { createHash } from 'node:crypto';
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Log } from '../../src/ports/log.ts';

/** What a receiver knows about a delivery, to recognise repetitions. */
export interface Stamp {
  /** The same when this very delivery is sent again. */
  readonly once: string | null;
  /** The same for another delivery of the same body. */
  readonly same: string | null;
}

/**
 * Bolt reads fields of a payload before it checks that they exist. Where it fails, the delivery is acknowledged and
 * logged here, as is everything that Slack need not send again.
 */
export class GuardedApp extends App {
  readonly #log: Log;

  constructor(options: AppOptions, log: Log) {
    super(options);
    this.#log = log;
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    if (!hasKnownShape(event.body)) return this.#refuse(event, 'PayloadUnknown');
    try {
      await super.processEvent(event);
    } catch {
      await this.#refuse(event, 'PayloadNotUnderstood');
    }
  }

  async #refuse(event: ReceiverEvent, code: string): Promise<void> {
    this.#log.warn({ platform: 'slack', code }, 'a delivery was refused');
    // It may be acknowledged already, or the connection gone.
    await event.ack().catch(() => {});
  }
}

/** One of the shapes that Bolt recognises; anything else it would not answer, and Slack would wait three seconds. */
function hasKnownShape(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  const { type, command, event, actions } = body as { readonly [name: string]: unknown };
  if (typeof command === 'string') return true;
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return type === 'event_callback';
  if (event !== undefined) return false;
  // Bolt recognises a click by its actions, not by its type.
  return type === 'block_actions' ? actions !== undefined : type === 'view_submission' || type === 'view_closed';
}

/** SHA-256 in base64url. A zero byte ends each part, so that parts cannot run into one another. */
export const hash = (...parts: readonly (string | Buffer)[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('base64url');
};
