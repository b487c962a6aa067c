import { nameOf } from '../../cards/adaptive/draw.ts';
import type { Node } from '../../cards/adaptive/elements.ts';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { MENTION } from '../../cards/call.ts';
import { fallbackText } from '../../cards/fallback-text.ts';
import { LIMITS, sizeOf } from '../../cards/limits.ts';
import { say } from '../../cards/wording/index.ts';
import type { CardView, Reader } from '../../src/domain/views/view.ts';
import type { Locale, Mentioned } from '../../src/ports/chat.ts';

/** What Teams adds to a card. */
export interface Dressing {
  /** People to notify, once: their names in the card, and a notification to each. */
  readonly mention: readonly Mentioned[];
  /** Teams' own ids of people who get their own version of the card: their client asks for it by itself. */
  readonly refreshFor: readonly string[];
}

export const PLAIN: Dressing = { mention: [], refreshFor: [] };

/** A message with the card in it, as the connector takes it. */
export interface CardMessage {
  readonly type: 'message';
  /** What a lock screen shows. */
  readonly summary: string;
  /** For a message without a card. */
  readonly text?: string;
  readonly textFormat?: 'plain';
  readonly attachments: { readonly contentType: string; readonly content: object }[];
}

export const CARD = 'application/vnd.microsoft.card.adaptive';

/**
 * The whole message stays within Teams' limit: what surrounds the card counts too. If it mentions so many people that
 * no room is left for the card, only the first are mentioned: a card that Teams refuses would be there without
 * *Approve*.
 */
export function cardMessage(view: CardView, reader: Reader, locale: Locale, dressing: Dressing): CardMessage {
  const summary = fallbackText(view, locale.language, locale.timeZone, MENTION);
  const around = (content: object): CardMessage => ({
    type: 'message',
    summary,
    attachments: [{ contentType: CARD, content }],
  });
  const message = around(teamsCard(view, reader, locale, dressing, sizeOf(around({}))));
  const { mention } = dressing;
  if (mention.length === 0 || sizeOf(message) <= LIMITS.adaptiveCard.bytes) return message;
  return cardMessage(view, reader, locale, {
    ...dressing,
    mention: mention.slice(0, Math.floor(mention.length * 0.8)),
  });
}

/** The renderer's card with Teams' own parts; together with `taken` bytes they stay within Teams' limit. */
export function teamsCard(view: CardView, reader: Reader, locale: Locale, dressing: Dressing, taken = 0): Node {
  const added = { ...refreshOf(view, dressing.refreshFor), ...mentionsOf(dressing.mention, locale) };
  const room = LIMITS.adaptiveCard.bytes - taken - sizeOf(added);
  const card = drawn(view, reader, locale, Math.floor(room / SHARED_BYTES) * SHARED_BYTES);
  const { refresh, msteams, called } = added;
  return {
    ...card,
    ...(refresh === undefined ? {} : { refresh }),
    ...(msteams === undefined ? {} : { msteams: { ...(card.msteams as Node), ...msteams } }),
    ...(called === undefined ? {} : { body: [...(card.body as readonly Node[]), called] }),
  };
}

/**
 * Room is rounded down to a multiple of this, so that cards which differ only in a reader's id share one drawing.
 * Bytes.
 */
const SHARED_BYTES = 256;
const DRAWINGS = new WeakMap<CardView, Map<string, Node>>();

/** Drawn once per view: all readers of one kind and language ask for the same card. */
function drawn(view: CardView, reader: Reader, { language, timeZone }: Locale, bytes: number): Node {
  const drawings = DRAWINGS.get(view) ?? new Map<string, Node>();
  DRAWINGS.set(view, drawings);
  const key = `${reader} ${language} ${timeZone} ${bytes}`;
  const card =
    drawings.get(key) ?? (renderAdaptiveCard(view, reader, language, timeZone, { bytes, call: MENTION }) as Node);
  drawings.set(key, card);
  return card;
}

/** Only an open card looks different to different people. */
function refreshOf(view: CardView, members: readonly string[]): { readonly refresh?: Node } {
  if (members.length === 0 || !('id' in view) || view.kind === 'closed') return {};
  return {
    refresh: {
      action: { type: 'Action.Execute', verb: 'show', data: { v: 1, rotation: view.id } },
      userIds: members.slice(0, LIMITS.adaptiveCard.refreshFor),
    },
  };
}

const NAMES: { readonly [language in Locale['language']]: string } = { en: ', ', 'zh-CN': '、' };

/**
 * A mention takes Entra's id. Its text must appear in the card letter by letter, so markup is stripped from the name.
 */
function mentionsOf(
  people: readonly Mentioned[],
  { language }: Locale,
): { readonly msteams?: Node; readonly called?: Node } {
  if (people.length === 0) return {};
  const plain = people.map((person) => nameOf(person).replace(/[<>&*_`~[\](){}\\|#]/gu, ''));
  const entities = people.map(({ id, account }, at) => {
    const own = plain[at] ?? '';
    // Teams matches mentions by their text alone: of two people with the same name it would notify only one.
    const isAnothers = plain.some((one, other) => other !== at && one === own);
    const name = isAnothers || own.trim() === '' ? `${own} ${id}`.trim() : own;
    return { type: 'mention', text: `<at>${name}</at>`, mentioned: { id: account, name } };
  });
  const names = entities.map((entity) => entity.text).join(NAMES[language]);
  const text = `${say({ id: 'chat.called', data: {} }, language)}${names}`;
  return { msteams: { entities }, called: { type: 'TextBlock', text, wrap: true, isSubtle: true, size: 'Small' } };
}
