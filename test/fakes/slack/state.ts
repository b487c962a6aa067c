/** What the workspace contains; tests read and change it directly. */
export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly team_id: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  is_workflow_bot?: boolean;
  enterprise_user?: { readonly enterprise_id: string; readonly id?: string };
}

export interface FakeMessage {
  readonly ts: string;
  readonly user: string;
  readonly bot_id: string | null;
  text: string;
  blocks: readonly Block[];
  metadata: { readonly event_type: string; readonly event_payload: object } | null;
  readonly thread_ts: string | null;
  /** How often it was updated. */
  edits: number;
}

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  is_member: boolean;
  is_archived: boolean;
  is_private: boolean;
  is_im: boolean;
  is_ext_shared: boolean;
  is_pending_ext_shared: boolean;
  /** Its members; null: everybody. */
  members: readonly string[] | null;
  readonly messages: FakeMessage[];
}

export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly [name: string]: unknown;
}

export interface FakeView {
  readonly id: string;
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly blocks: readonly Block[];
  readonly opened_by: string;
  readonly [name: string]: unknown;
}

/** What only one person sees. */
export interface Whisper {
  readonly to: string;
  readonly channel: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly replaces: boolean;
  readonly thread: string | null;
  readonly through: 'response_url' | 'postEphemeral';
}

interface Call {
  readonly method: string;
  readonly args: { readonly [name: string]: string };
  readonly at: number;
}

export interface FakeState {
  readonly team: string;
  readonly enterprise: string | null;
  readonly app: string;
  readonly bot: { readonly user: string; readonly id: string };
  readonly token: string;
  readonly appToken: string;
  scopes: readonly string[];
  /** Whose token it is: that of a whole organisation names no workspace, and has to be told which one is meant. */
  installedBy: 'workspace' | 'organisation';
  /** The most that one answer of conversations.history contains, whatever was asked for. */
  pageOfHistory: number;
  readonly users: Map<string, FakeUser>;
  readonly channels: Map<string, FakeChannel>;
  readonly groups: Map<string, readonly string[]>;
  readonly views: FakeView[];
  readonly whispers: Whisper[];
  readonly calls: Call[];
  /** Each trigger with its person and time; a trigger works once, for three seconds. */
  readonly triggers: Map<string, { readonly user: string; readonly at: number; used: boolean }>;
  /** The path of each response_url with its person and channel; it works five times, for half an hour. */
  readonly answers: Map<string, { readonly user: string; readonly channel: string; left: number; readonly at: number }>;
  now(): number;
  nextTs(): string;
  nextId(letter: string): string;
}

export interface StateOptions {
  readonly team?: string;
  readonly enterprise?: string | null;
  readonly now?: () => number;
}

export function createState(options: StateOptions, scopes: readonly string[]): FakeState {
  const now = options.now ?? Date.now;
  let count = 0;
  return {
    team: options.team ?? 'T0CORP',
    enterprise: options.enterprise ?? null,
    app: 'A0CERTOPS',
    bot: { user: 'U0CERTOPS', id: 'B0CERTOPS' },
    token: 'xoxb-fake-1-token',
    appToken: 'xapp-1-A0CERTOPS-1-fake',
    scopes,
    installedBy: 'workspace',
    pageOfHistory: 999,
    users: new Map(),
    channels: new Map(),
    groups: new Map(),
    views: [],
    whispers: [],
    calls: [],
    triggers: new Map(),
    answers: new Map(),
    now,
    nextTs: () => {
      count += 1;
      return `${Math.floor(now() / 1000)}.${String(count).padStart(6, '0')}`;
    },
    nextId: (letter) => {
      count += 1;
      return `${letter}0FAKE${count}`;
    },
  };
}
