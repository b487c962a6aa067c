import type { Block, FakeMessage, FakeView } from './state.ts';
import type { FakeSlack } from './web-api.ts';

/** What Slack sends, as its documentation shows it: whole payloads, including fields that nobody reads. */
export function createPayloads(slack: FakeSlack) {
  const team = () => ({
    id: slack.team,
    domain: 'corp',
    ...(slack.enterprise === null ? {} : { enterprise_id: slack.enterprise }),
  });
  const enterprise = () => (slack.enterprise === null ? null : { id: slack.enterprise, name: 'Corp' });
  const person = (id: string) => ({
    id,
    username: id.toLowerCase(),
    name: id.toLowerCase(),
    team_id: slack.users.get(id)?.team_id ?? slack.team,
  });
  const shared = () => ({ api_app_id: slack.app, token: 'legacy', is_enterprise_install: false });

  return {
    command: (user: string, text: string, channel = 'C0SQLOPS', more: { [name: string]: string } = {}) => ({
      token: 'legacy',
      team_id: slack.team,
      team_domain: 'corp',
      ...(slack.enterprise === null ? {} : { enterprise_id: slack.enterprise, enterprise_name: 'Corp' }),
      channel_id: channel,
      channel_name: 'sql-ops',
      user_id: user,
      user_name: user.toLowerCase(),
      command: '/ssis',
      text,
      api_app_id: slack.app,
      is_enterprise_install: 'false',
      response_url: slack.responseUrl(user, channel),
      trigger_id: slack.trigger(user),
      ...more,
    }),

    click: (
      user: string,
      at: {
        readonly channel?: string;
        readonly message?: FakeMessage;
        readonly ephemeral?: boolean;
        readonly thread?: string;
      },
      action: Element,
    ) => {
      const channel = at.channel ?? 'C0SQLOPS';
      const ts = at.message?.ts ?? slack.nextTs();
      const thread = at.thread ?? threadOf(slack, channel, at.message);
      const inThread = thread === null ? {} : { thread_ts: thread };
      return {
        type: 'block_actions',
        ...shared(),
        team: team(),
        enterprise: enterprise(),
        user: person(user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channel,
          is_ephemeral: at.ephemeral === true,
          ...inThread,
        },
        channel: { id: channel, name: 'sql-ops' },
        ...(at.message === undefined
          ? {}
          : { message: { type: 'message', ts, text: at.message.text, blocks: at.message.blocks, ...inThread } }),
        state: { values: {} },
        trigger_id: slack.trigger(user),
        response_url: slack.responseUrl(user, channel),
        actions: [
          {
            block_id: blockOf(action, at.message),
            action_ts: slack.nextTs(),
            ...action,
            ...(action.value === undefined ? {} : { value: escaped(action.value) }),
            type: 'button',
          },
        ],
      };
    },

    submit: (user: string, view: FakeView, inputs: { readonly [action: string]: string }) => ({
      type: 'view_submission',
      ...shared(),
      team: team(),
      enterprise: enterprise(),
      user: person(user),
      trigger_id: slack.trigger(user),
      view: {
        ...view,
        private_metadata: escaped(view.private_metadata),
        team_id: slack.team,
        app_id: slack.app,
        hash: '1.fake',
        state: { values: filledIn(view, inputs) },
      },
      response_urls: [],
    }),

    mention: (user: string, text: string, channel = 'C0SQLOPS', more: object = {}) =>
      event(user, { type: 'app_mention', channel, text: `<@${slack.bot.user}> ${text}`, ...more }),

    direct: (user: string, text: string, more: object = {}) =>
      event(user, { type: 'message', channel: `D${user.slice(1)}`, channel_type: 'im', text, ...more }),
  };

  function event(user: string, what: object) {
    return {
      ...shared(),
      team_id: slack.team,
      ...(slack.enterprise === null ? {} : { enterprise_id: slack.enterprise }),
      type: 'event_callback',
      event: {
        user,
        team: slack.users.get(user)?.team_id ?? slack.team,
        ts: slack.nextTs(),
        event_ts: slack.nextTs(),
        client_msg_id: 'x',
        ...what,
      },
      event_id: slack.nextId('Ev'),
      event_time: Math.floor(slack.now() / 1000),
      authorizations: [{ enterprise_id: slack.enterprise, team_id: slack.team, user_id: slack.bot.user, is_bot: true }],
      is_ext_shared_channel: false,
    };
  }
}

/** Slack sends the text of a message as it stores it, which is escaped. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Element {
  readonly action_id: string;
  readonly value?: string;
  readonly [name: string]: unknown;
}

/** Slack gives a message that has replies its own timestamp as thread. */
function threadOf(slack: FakeSlack, channel: string, message: FakeMessage | undefined): string | null {
  if (message === undefined || message.thread_ts !== null) return message?.thread_ts ?? null;
  const { messages = [] } = slack.channels.get(channel) ?? {};
  return messages.some(({ thread_ts }) => thread_ts === message.ts) ? message.ts : null;
}

/** The block that contains the button; if there is no message at hand, the name that the cards use. */
function blockOf({ action_id, value = '{}' }: Element, message: FakeMessage | undefined): string {
  const found = message?.blocks.find(({ elements }) =>
    ((elements ?? []) as readonly Element[]).some((one) => one.action_id === action_id),
  );
  const { rotation = 'notice' } = JSON.parse(value) as { readonly rotation?: string };
  return found?.block_id ?? `${rotation}/actions`;
}

/** The buttons of a message, by their action id. */
export function buttonsOf(blocks: readonly Block[]): { readonly [action: string]: Element } {
  const found = blocks.flatMap((block) => [
    ...((block.elements as readonly Element[] | undefined) ?? []),
    ...(block.accessory === undefined ? [] : [block.accessory as Element]),
  ]);
  return Object.fromEntries(
    found.filter(({ action_id }) => action_id !== undefined).map((one) => [one.action_id, one]),
  );
}

/** The state as a client builds it: every input of the view, by its block and action. */
function filledIn(view: FakeView, inputs: { readonly [action: string]: string }): object {
  return Object.fromEntries(
    view.blocks
      .filter((block) => block.type === 'input')
      .map((block) => {
        const element = block.element as Element & { readonly type: string };
        const given = inputs[element.action_id];
        const field =
          element.type === 'plain_text_input'
            ? { type: element.type, value: given ?? null }
            : {
                type: element.type,
                selected_option:
                  given === undefined ? null : { text: { type: 'plain_text', text: given }, value: given },
              };
        return [block.block_id ?? 'made-by-slack', { [element.action_id]: field }];
      }),
  );
}
