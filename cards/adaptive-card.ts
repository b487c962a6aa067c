import type { Language } from '../src/domain/farm/locale.ts';
import type { CardView, Reader } from '../src/domain/views/view.ts';
import { closedCard } from './adaptive/closed.ts';
import { adaptivePens, createDraw, type Draw, type Drawn } from './adaptive/draw.ts';
import { frame } from './adaptive/frame.ts';
import { needsPersonCard } from './adaptive/needs-person.ts';
import { noticeCard } from './adaptive/notice.ts';
import { planCard } from './adaptive/plan.ts';
import { reconnectCard } from './adaptive/reconnect.ts';
import { reminderCard } from './adaptive/reminder.ts';
import { retireCard } from './adaptive/retire.ts';
import { runningCard } from './adaptive/running.ts';
import { SLASH } from './call.ts';
import { fallbackText } from './fallback-text.ts';
import { LIMITS, sizeOf, squeeze } from './limits.ts';

/** What depends on where a card is shown. */
interface Where {
  readonly bytes?: number;
  /** How the bot is called there, before a command. */
  readonly call?: string;
}

/**
 * A view as Adaptive Card 1.5 JSON, at most `bytes` long: what does not fit is counted, never silently dropped.
 * `reader` decides the buttons; the copy in a channel is drawn for 'approver'. Clients convert the times in the card;
 * `timeZone` is for places where no client does. Never throws.
 */
export function renderAdaptiveCard(
  view: CardView,
  reader: Reader,
  language: Language,
  timeZone: string,
  { bytes = LIMITS.adaptiveCard.bytes, call = SLASH }: Where = {},
): object {
  const locale = { language, timeZone, call };
  const spoken = fallbackText(view, language, timeZone, call);
  return squeeze(
    (room) => {
      const draw = createDraw(reader, locale, room, adaptivePens(locale, room));
      return frame(drawView(view, draw), spoken, language);
    },
    (card) => sizeOf(card) <= bytes,
  );
}

function drawView(view: CardView, draw: Draw): Drawn {
  switch (view.kind) {
    case 'plan':
      return planCard(view, draw);
    case 'retire':
      return retireCard(view, draw);
    case 'reconnect':
      return reconnectCard(view, draw);
    case 'running':
      return runningCard(view, draw);
    case 'closed':
      return closedCard(view, draw);
    case 'needs-person':
      return needsPersonCard(view, draw);
    case 'reminder':
      return reminderCard(view, draw);
    case 'notice':
      return noticeCard(view, draw);
  }
}
