import { judgeBlocks, judgeView } from './block-rules.ts';
import type { Block, FakeChannel, FakeMessage, FakeState, FakeView } from './state.ts';

type Args = { readonly [name: string]: string };
type Answer = { readonly [name: string]: unknown };
type Method = (state: FakeState, args: Args) => Answer;

const no = (error: string, more: Answer = {}): Answer => ({ ok: false, error, ...more });
const ok = (more: Answer = {}): Answer => ({ ok: true, ...more });

/** The scope that each method needs; `null`: any token. For conversations it depends on the kind of channel. */
const SCOPE_OF: { readonly [method: string]: string | null } = {
  'auth.test': null,
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'conversations.info': 'read',
  'conversations.history': 'history',
  'conversations.open': 'im:write',
  'users.info': 'users:read',
  'bots.info': 'users:read',
  'usergroups.users.list': 'usergroups:read',
  'views.open': null,
};

/** undefined: no such method. */
export function scopeOf(state: FakeState, method: string, { channel = '' }: Args): string | null | undefined {
  const scope = SCOPE_OF[method];
  if (scope !== 'read' && scope !== 'history') return scope;
  const { is_im = channel.startsWith('D'), is_private = false } = state.channels.get(channel) ?? {};
  return `${is_im ? 'im' : is_private ? 'groups' : 'channels'}:${scope}`;
}

export const METHODS: { readonly [method: string]: Method } = {
  'auth.test': (state) =>
    ok({
      url: 'https://corp.slack.com/',
      team: 'Corp',
      user: 'certops',
      team_id: state.installedBy === 'organisation' ? state.enterprise : state.team,
      user_id: state.bot.user,
      bot_id: state.bot.id,
      ...(state.enterprise === null ? {} : { enterprise_id: state.enterprise }),
      is_enterprise_install: state.installedBy === 'organisation',
    }),

  'users.info': (state, { user = '' }) => {
    const found = state.users.get(user);
    return found === undefined ? no('user_not_found') : ok({ user: { ...found } });
  },

  'bots.info': (state, { bot = '' }) =>
    bot === state.bot.id
      ? ok({ bot: { id: bot, deleted: false, name: 'certops', app_id: state.app, user_id: state.bot.user } })
      : no('bot_not_found'),

  'usergroups.users.list': (state, { usergroup = '', team_id }) => {
    if (state.installedBy === 'organisation' && team_id === undefined) return no('missing_argument');
    const users = state.groups.get(usergroup);
    return users === undefined ? no('no_such_subteam') : ok({ users });
  },

  'conversations.info': (state, { channel = '' }) => {
    const found = state.channels.get(channel);
    if (found === undefined || (found.is_private && !found.is_member)) return no('channel_not_found');
    const { messages: _messages, members: _members, ...facts } = found;
    return ok({ channel: facts });
  },

  'conversations.open': (state, { users = '' }) => {
    const user = state.users.get(users);
    if (user === undefined) return no('user_not_found');
    if (user.deleted === true) return no('user_disabled');
    return ok({ channel: { id: directChannel(state, users).id } });
  },

  'conversations.history': (state, { channel = '', limit = '100', cursor = '0', include_all_metadata: all = '' }) => {
    const found = state.channels.get(channel);
    if (found === undefined) return no('channel_not_found');
    if (!found.is_member) return no('not_in_channel');
    const newest = found.messages.filter((message) => message.thread_ts === null).reverse();
    const from = Number(cursor);
    const to = from + Math.min(Number(limit), state.pageOfHistory);
    const messages = newest.slice(from, to).map((message) => ({
      type: 'message',
      ts: message.ts,
      user: message.user,
      ...(message.bot_id === null ? {} : { bot_id: message.bot_id }),
      text: message.text,
      blocks: message.blocks,
      ...(message.metadata === null
        ? {}
        : { metadata: all === 'true' ? message.metadata : { event_type: message.metadata.event_type } }),
    }));
    const more = newest.length > to;
    return ok({
      messages,
      has_more: more,
      ...(more ? { response_metadata: { next_cursor: String(to) } } : {}),
    });
  },

  'chat.postMessage': (state, args) => {
    const channel = placeOf(state, args.channel);
    if ('error' in channel) return channel;
    const content = contentOf(args);
    if ('error' in content) return content;
    const thread = args.thread_ts ?? null;
    if (thread !== null && !channel.messages.some(({ ts }) => ts === thread)) return no('thread_not_found');
    const metadata = parse(args.metadata);
    if (args.metadata !== undefined && !isMetadata(metadata)) return no('invalid_metadata_format');
    const message: FakeMessage = {
      ts: state.nextTs(),
      user: state.bot.user,
      bot_id: state.bot.id,
      ...content,
      metadata: isMetadata(metadata) ? metadata : null,
      thread_ts: thread,
      edits: 0,
    };
    channel.messages.push(message);
    return ok({ channel: channel.id, ts: message.ts, message });
  },

  'chat.update': (state, args) => {
    const channel = placeOf(state, args.channel);
    if ('error' in channel) return channel;
    const message = channel.messages.find(({ ts }) => ts === args.ts);
    if (message === undefined) return no('message_not_found');
    if (message.bot_id !== state.bot.id) return no('cant_update_message');
    const content = contentOf(args);
    if ('error' in content) return content;
    const metadata = parse(args.metadata);
    if (args.metadata !== undefined && !isMetadata(metadata)) return no('invalid_metadata_format');
    Object.assign(message, content, isMetadata(metadata) ? { metadata } : {}, { edits: message.edits + 1 });
    return ok({ channel: channel.id, ts: message.ts, text: message.text });
  },

  'chat.delete': (state, args) => {
    const channel = placeOf(state, args.channel);
    if ('error' in channel) return channel;
    const at = channel.messages.findIndex(({ ts }) => ts === args.ts);
    if (at < 0) return no('message_not_found');
    if (channel.messages[at]?.bot_id !== state.bot.id) return no('cant_delete_message');
    channel.messages.splice(at, 1);
    return ok({ channel: channel.id, ts: args.ts ?? '' });
  },

  'chat.postEphemeral': (state, args) => {
    const channel = placeOf(state, args.channel);
    if ('error' in channel) return channel;
    const content = contentOf(args);
    if ('error' in content) return content;
    const { user = '' } = args;
    if (!state.users.has(user)) return no('user_not_found');
    if (channel.members !== null && !channel.members.includes(user)) return no('user_not_in_channel');
    const thread = args.thread_ts ?? null;
    state.whispers.push({
      to: user,
      channel: channel.id,
      ...content,
      replaces: false,
      thread,
      through: 'postEphemeral',
    });
    return ok({ message_ts: state.nextTs() });
  },

  'views.open': (state, args) => {
    const trigger = state.triggers.get(args.trigger_id ?? '');
    if (trigger === undefined) return no('invalid_trigger_id');
    if (trigger.used) return no('exchanged_trigger_id');
    if (state.now() - trigger.at > 3_000) return no('expired_trigger_id');
    const view = parse(args.view);
    const wrong = judgeView(view);
    if (wrong !== null) return no(wrong.error, { response_metadata: { messages: [`[ERROR] ${wrong.where}`] } });
    trigger.used = true;
    const opened = {
      ...(view as Omit<FakeView, 'id' | 'opened_by'>),
      id: state.nextId('V'),
      opened_by: trigger.user,
    } as FakeView;
    state.views.push(opened);
    return ok({ view: { id: opened.id, hash: '1.fake' } });
  },
};

function directChannel(state: FakeState, user: string): FakeChannel {
  const id = `D${user.slice(1)}`;
  const found = state.channels.get(id);
  if (found !== undefined) return found;
  const made = { ...emptyChannel(id, id), is_im: true, members: [user] };
  state.channels.set(id, made);
  return made;
}

export const emptyChannel = (id: string, name: string): FakeChannel => ({
  id,
  name,
  is_member: true,
  is_archived: false,
  is_private: false,
  is_im: false,
  is_ext_shared: false,
  is_pending_ext_shared: false,
  members: null,
  messages: [],
});

function placeOf(state: FakeState, id = ''): FakeChannel | { readonly ok: false; readonly error: string } {
  const channel = state.channels.get(id);
  if (channel === undefined) return { ok: false, error: 'channel_not_found' };
  if (!channel.is_member) return { ok: false, error: 'not_in_channel' };
  if (channel.is_archived) return { ok: false, error: 'is_archived' };
  return channel;
}

type Content = { readonly text: string; readonly blocks: readonly Block[] };

/** What a message says; its blocks are judged as Slack does. */
export function contentOf(args: {
  readonly text?: string | undefined;
  readonly blocks?: string | undefined;
}): Content | { readonly ok: false; readonly error: string } {
  const text = args.text ?? '';
  if (args.blocks === undefined) return text === '' ? { ok: false, error: 'no_text' } : { text, blocks: [] };
  const blocks = parse(args.blocks);
  const wrong = judgeBlocks(blocks);
  if (wrong !== null)
    return { ok: false, error: wrong.error, ...{ response_metadata: { messages: [`[ERROR] ${wrong.where}`] } } };
  if (text.length > 40_000) return { ok: false, error: 'msg_too_long' };
  return { text, blocks: blocks as readonly Block[] };
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMetadata(value: unknown): value is NonNullable<FakeMessage['metadata']> {
  const { event_type: type, event_payload: payload } = (value ?? {}) as {
    event_type?: unknown;
    event_payload?: unknown;
  };
  return (
    typeof type === 'string' && /^[a-z0-9_]{1,255}$/u.test(type) && typeof payload === 'object' && payload !== null
  );
}
