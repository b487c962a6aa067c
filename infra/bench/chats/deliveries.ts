import {
  buttonsOf,
  createPayloads,
  encode,
  type FakeMessage,
  type FakeSlack,
  sign,
} from '../../../test/fakes/slack/index.ts';
import { APP, TENANT, type TeamsService } from '../../../test/fakes/teams/service.ts';
import { type Member, SIGNING_SECRET, SLACK_CHANNEL, TEAMS_CHANNEL } from './platforms.ts';
import { type Delivery, SLACK_PATH, TEAMS_PATH } from './wire.ts';

/** A click, and the path of the response URL at which the person gets an answer. */
export interface Click extends Delivery {
  readonly answerPath: string;
}

/** What Slack would deliver: complete, signed payloads, no two equal because each has its own trigger. */
export function slackDeliveries(slack: FakeSlack) {
  const payloads = createPayloads(slack);
  return {
    command: (by: Member, text: string): Delivery => signed(payloads.command(by.slack, text)),
    click: (by: Member, { message, verb }: OpenCard): Click => {
      const button = buttonsOf(message.blocks)[verb];
      if (button === undefined) throw new Error(`the card in Slack has no button ${verb}`);
      const payload = payloads.click(by.slack, { message }, button);
      return { ...signed(payload), answerPath: new URL(payload.response_url).pathname };
    },
  };
}

function signed(payload: object): Delivery {
  const { body, contentType } = encode(payload);
  const at = Math.floor(Date.now() / 1000);
  const signature = sign(SIGNING_SECRET, at, body);
  return {
    path: SLACK_PATH,
    body,
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signature,
    },
  };
}

export interface OpenCard {
  readonly rotation: string;
  readonly message: FakeMessage;
  readonly verb: string;
}

const ROTATION = /^\w[\w.-]*-\d+$/u;

/** The newest card of a rotation in Slack, or null. Reminders are cards too, so only keys of rotations count. */
export function newestCard(slack: FakeSlack): { readonly rotation: string; readonly message: FakeMessage } | null {
  const messages = slack.channels.get(SLACK_CHANNEL)?.messages ?? [];
  const message = messages.findLast((one) => one.thread_ts === null && ROTATION.test(keyOf(one)));
  return message === undefined ? null : { rotation: keyOf(message), message };
}

const keyOf = ({ metadata }: FakeMessage): string => {
  const { key } = (metadata?.event_payload ?? {}) as { readonly key?: unknown };
  return typeof key === 'string' ? key : '';
};

/**
 * The newest card in Slack if it has this button, else null. A copy, because the click may come after the card changed.
 */
export function cardWith(slack: FakeSlack, verb: string): OpenCard | null {
  const card = newestCard(slack);
  return card !== null && verb in buttonsOf(card.message.blocks)
    ? { rotation: card.rotation, message: { ...card.message }, verb }
    : null;
}

/**
 * What Teams would deliver: activities with a token of the service. One token serves all, as it does within any hour.
 */
export function teamsDeliveries(teams: TeamsService) {
  const token = teams.token();
  let count = 0;
  const activity = (by: Member, what: object): Delivery => {
    count += 1;
    const body = JSON.stringify({
      channelId: 'msteams',
      serviceUrl: teams.serviceUrl,
      id: `1:${count}`,
      timestamp: new Date().toISOString(),
      from: { id: by.teams, name: `Member ${by.id}`, aadObjectId: by.entra },
      recipient: { id: `28:${APP}`, name: 'CertOps' },
      conversation: { id: TEAMS_CHANNEL, conversationType: 'groupChat', isGroup: true, tenantId: TENANT },
      channelData: { tenant: { id: TENANT } },
      ...what,
    });
    return {
      path: TEAMS_PATH,
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    };
  };
  return {
    /** Adds the bot to the chat: only then can it post there. */
    join: (by: Member): Delivery =>
      activity(by, { type: 'conversationUpdate', membersAdded: [{ id: `28:${APP}`, name: 'CertOps' }] }),
    execute: (by: Member, verb: string, rotation: string): Delivery =>
      activity(by, {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Execute', verb, data: { v: 1, rotation } }, trigger: 'manual' },
      }),
  };
}
