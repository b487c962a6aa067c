import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWebChat, sourceAssets, type WebChatOptions, type Wording } from '../../../adapters/web/index.ts';
import { formCard, sentenceCard } from '../../../cards/adaptive/form.ts';
import { isWorded, say } from '../../../cards/wording/index.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';
import type { CardView, ConsoleView } from '../../../src/domain/views/view.ts';
import type { Posting } from '../../../src/ports/chat.ts';
import type { FaultBox } from '../../../src/ports/console.ts';
import { farmWith, peopleOf } from '../../fixtures/farm.ts';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixtures = join(root, 'test', 'adapters', 'web', 'fixtures');

export const assets = [...sourceAssets(root), fixtures];

export const farm = farmWith({
  timeZone: 'Europe/Berlin',
  people: peopleOf((id) => ({ accounts: { web: `web-${id}` }, timeZone: 'Europe/Berlin' })),
});

export const message = (text: string) => ({ id: 'test.text', data: { text } });
const NEW = 'B8DE98000000000000000000000000000000 2CBB'.replace(' ', '') as Thumbprint;
const OLD = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498' as Thumbprint;
const host = (name: string) => name as HostName;
const at = (ms: number) => new Date(Date.UTC(2026, 10, 24, 14, 31, 0) + ms).toISOString();

/** The moment of the target picture: sqlw01 is back, two are cut off. */
export const cutView: ConsoleView = {
  farm: 'prod',
  endpoint: 'sqlm01:8391',
  quorum: 2,
  approvers: 3,
  hosts: [
    {
      host: host('sqlm01'),
      roles: ['master'],
      state: 'connected',
      certificate: { verb: 'presents', thumbprint: NEW, age: 'new' },
      what: message('port 8391 bound, service runs'),
    },
    ...[1, 2, 3].map((n) => ({
      host: host(`sqlw0${n}`),
      roles: ['worker' as const],
      state: n === 1 ? ('connected' as const) : ('cut' as const),
      certificate: { verb: 'pins' as const, thumbprint: NEW, age: 'new' as const },
      what: message(n === 1 ? 'connected again after 8.4 s' : 'cut off for 9 s, starting'),
    })),
  ],
  certificates: [
    { thumbprint: NEW, age: 'new', notAfter: '2027-11-24T14:31:00.000Z' },
    { thumbprint: OLD, age: 'old', notAfter: '2026-12-08T09:14:00.000Z' },
  ],
  timeline: {
    rotation: 'prod-17',
    limitMs: 60_000,
    nowMs: 10_200,
    lanes: [
      {
        host: host('sqlm01'),
        segments: [
          { fromMs: 0, toMs: 1500, kind: 'connected' },
          { fromMs: 1500, toMs: 4600, kind: 'restart' },
          { fromMs: 4600, toMs: 10_200, kind: 'connected' },
        ],
        ms: [3100],
        open: false,
      },
      {
        host: host('sqlw01'),
        segments: [
          { fromMs: 0, toMs: 1500, kind: 'connected' },
          { fromMs: 1500, toMs: 9900, kind: 'cut' },
          { fromMs: 9900, toMs: 10_200, kind: 'connected' },
        ],
        ms: [8400],
        open: false,
      },
      ...['sqlw02', 'sqlw03'].map((name) => ({
        host: host(name),
        segments: [
          { fromMs: 0, toMs: 1500, kind: 'connected' as const },
          { fromMs: 1500, toMs: 10_200, kind: 'cut' as const },
        ],
        ms: [8700],
        open: true,
      })),
    ],
  },
  journal: {
    rotation: 'prod-17',
    lines: [
      { atMs: 1500, at: at(1500), host: 'sqlm01', what: message('0.0.0.0:8391 swapped, appid and flags as before') },
      { atMs: 4600, at: at(4600), host: 'sqlm01', what: message('proved: presents B8DE98…2CBB') },
      {
        atMs: 9900,
        at: at(9900),
        host: 'sqlw01',
        what: message('proved: TLS shows B8DE98…2CBB, service runs, settings read back'),
      },
      { atMs: 10_190, at: at(10_190), host: 'sqlw02', what: message('service start asked, SSISScaleOutWorker160') },
      { atMs: 10_200, at: at(10_200), host: 'sqlw03', what: message('service start asked, SSISScaleOutWorker160') },
    ],
  },
};

export const calmView: ConsoleView = {
  ...cutView,
  hosts: cutView.hosts.map((one) => ({
    ...one,
    state: 'connected',
    certificate: one.certificate && { ...one.certificate, thumbprint: OLD, age: 'only' },
    what: message(one.roles[0] === 'master' ? 'port 8391 bound, service runs' : 'connected'),
  })),
  certificates: [{ thumbprint: OLD, age: 'only', notAfter: '2026-12-08T09:14:00.000Z' }],
  timeline: null,
  journal: { rotation: null, lines: [] },
};

/** As much of a view as the adapter reads; `card` names the fixture that the stand-in renderer draws. */
export const cardView = (kind: string, card: string, more: object = {}): CardView =>
  ({ kind, id: 'prod-17', farm: 'prod', card, ...more }) as unknown as CardView;
/** The posting of every message in these tests. */
export const posting: Posting = {
  key: 'prod-17',
  locale: { language: 'en', timeZone: 'UTC' },
  mention: [],
  readers: [],
};

export const notice = (text: string, actions: readonly object[] = []): CardView =>
  ({ kind: 'notice', messages: [message(text)], actions }) as unknown as CardView;

/** Stands in for cards/: draws the fixture named in the view, and says the text of the message. */
export const wording: Wording = {
  renderAdaptiveCard: (view, reader) => {
    const { card } = view as unknown as { card: string };
    const name = card === 'plan' && reader === 'requester' ? 'plan.requester' : card;
    const json = JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8')) as object;
    return { ...json, reader };
  },
  renderForm: formCard,
  renderSentence: sentenceCard,
  say: (said, language, quote) => {
    if (said.id.startsWith('page.') || isWorded(said.id, 'en')) return say(said, language, quote);
    const text = String(said.data.text ?? said.id);
    return text.replace(/\{([^}]*)\}/gu, (_, datum: string) => (quote === undefined ? datum : quote(datum)));
  },
};

function createFaultBox(): FaultBox {
  let armed: { host: string; fault: string }[] = [];
  const sentences = {
    'start-1053': 'its service does not start: Windows error 1053',
    'netsh-lies': 'netsh says that it worked, and bound nothing',
    'disk-full': 'the disk is full',
  };
  return {
    list: async () =>
      ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'].flatMap((name) =>
        Object.entries(sentences).map(([fault, sentence]) => ({ host: name, fault, sentence })),
      ),
    arm: async (name, fault) => {
      armed = [...armed, { host: name, fault }];
    },
    clear: async () => {
      armed = [];
    },
    armed: async () => armed,
  };
}

export function createFeed(first: ConsoleView) {
  let view = first;
  const listeners = new Set<() => void>();
  return {
    view: () => view,
    subscribe: (changed: () => void) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    set: (next: ConsoleView) => {
      view = next;
      for (const changed of listeners) changed();
    },
  };
}

interface Clocked {
  at: number;
}

export async function startChat(more: Partial<WebChatOptions> = {}) {
  const folder = more.folder ?? (await mkdtemp(join(tmpdir(), 'certops-web-')));
  const feed = createFeed(cutView);
  const time: Clocked = { at: Date.UTC(2026, 10, 24, 14, 5, 0) };
  const logged: string[] = [];
  const log = {
    warn: (data: object, words: string) => logged.push(`${words} ${JSON.stringify(data)}`),
    error: (data: object, words: string) => logged.push(`${words} ${JSON.stringify(data)}`),
  };
  const chat = await createWebChat({
    farms: [farm],
    feeds: [feed],
    faults: createFaultBox(),
    folder,
    assets,
    wording,
    clock: { now: () => time.at, sleep: async () => undefined },
    log,
    ...more,
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return { chat, feed, time, folder, logged, remove: () => rm(folder, { recursive: true, force: true }) };
}

export const chromiumPath = '/usr/bin/chromium';
export const hasChromium = existsSync(chromiumPath);
