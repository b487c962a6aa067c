import { readFileSync } from 'node:fs';
import path from 'node:path';
import { say } from '../../../cards/wording/index.ts';
import { compare, keepSending, turns } from '../../../infra/bench/chats/compare.ts';
import { cardWith, newestCard, slackDeliveries, teamsDeliveries } from '../../../infra/bench/chats/deliveries.ts';
import { type ChatsSeen, chatFigures, decidedIn } from '../../../infra/bench/chats/figures.ts';
import { APPROVERS, ASKER, FARM_IN_BOTH, SIGNING_SECRET, SLACK_CHANNEL } from '../../../infra/bench/chats/platforms.ts';
import { clickAll, excuses, sentencesIn } from '../../../infra/bench/chats/thousand.ts';
import type { Delivery, Wire } from '../../../infra/bench/chats/wire.ts';
import { farmText } from '../../../infra/bench/rehearsal.ts';
import { passes } from '../../../infra/bench/table.ts';
import { parseFarmFile } from '../../../src/config/farm-file.ts';
import { type FakeSlack, sign, startFakeSlack } from '../../fakes/slack/index.ts';
import { startTeamsService } from '../../fakes/teams/service.ts';

const ORDER: string[] = [];
const wireOf = (name: string, status = 200): Wire & { readonly sent: Delivery[] } => {
  const sent: Delivery[] = [];
  return {
    sent,
    send: async (delivery) => {
      ORDER.push(name);
      sent.push(delivery);
      return { ms: sent.length, status, body: 'no' };
    },
    close: () => {},
  };
};
const delivery = (count: number): Delivery => ({ path: '/x', headers: {}, body: String(count) });

describe('a comparison', () => {
  test('sends the same bodies to both, in blocks that take turns, and does not count the first block', async () => {
    ORDER.length = 0;
    const [product, bare] = [wireOf('p'), wireOf('b')];
    const found = await compare({ product, bare }, delivery, { blocks: 2, size: 2, pauseMs: 0 });
    expect(product.sent).toEqual(bare.sent);
    expect(new Set(product.sent.map(({ body }) => body)).size).toBe(6);
    expect(ORDER.join('')).toBe('ppbb'.concat('bbpp', 'ppbb'));
    expect(found).toEqual({ product: [3, 4, 5, 6], bare: [3, 4, 5, 6] });
  });

  test('lets each go first as often as the other', () => {
    expect([1, 2, 3, 4].map((block) => turns(block)[0])).toEqual(['bare', 'product', 'bare', 'product']);
  });

  test('ends when something was not accepted', async () => {
    const wires = { product: wireOf('p', 401), bare: wireOf('b') };
    await expect(compare(wires, delivery, { blocks: 1, size: 1, pauseMs: 0 })).rejects.toThrow('/x answered 401: no');
  });

  test('what is sent meanwhile is timed until it is stopped, and a failure is reported then', async () => {
    const took: number[] = [];
    const sending = keepSending(wireOf('p'), (count) => (count % 2 === 0 ? delivery(count) : null), 0, took);
    await sending.stop();
    expect(took).toEqual([1]);
    const failing = keepSending(wireOf('p', 500), delivery, 0, took);
    await expect(failing.stop()).rejects.toThrow('answered 500');
  });
});

describe('the farm of the bench', () => {
  const example = readFileSync(path.resolve('infra/lab/farm.yaml'), 'utf8');
  const read = parseFarmFile(farmText(example, ['p1'], FARM_IN_BOTH), 'farm.yaml');

  test('has fifty people in both chats who may decide, besides those of the example', () => {
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const { farm } = read;
    expect(APPROVERS).toHaveLength(50);
    const known = new Map(farm.people.map((person) => [person.id, person]));
    for (const { id, slack, entra } of APPROVERS) {
      expect(known.get(id)).toMatchObject({ accounts: { slack, teams: entra }, groups: ['sql-approvers'] });
    }
    expect(known.get(ASKER.id)?.groups).not.toContain('sql-approvers');
    expect([...known.keys()]).toEqual(expect.arrayContaining(['mei', 'ana', 'tom', 'p1']));
    expect(farm.channels.map(({ platform }) => platform)).toEqual(['slack', 'teams', 'web']);
    expect(farm.chat.slack).not.toBeNull();
    expect(farm.chat.teams).not.toBeNull();
  });
});

describe('what is delivered', () => {
  let slack: FakeSlack;
  const [first = ASKER] = APPROVERS;
  const card = (key: string, verb: string) => ({
    ts: slack.nextTs(),
    user: 'U0BOT',
    bot_id: 'B0BOT',
    text: '',
    blocks: [
      { type: 'actions', elements: [{ type: 'button', action_id: verb, value: JSON.stringify({ rotation: key }) }] },
    ],
    metadata: { event_type: 'certops_card', event_payload: { key } },
    thread_ts: null,
    edits: 0,
  });
  const messages = () => slack.channels.get(SLACK_CHANNEL)?.messages ?? [];
  beforeEach(async () => {
    slack = await startFakeSlack();
    slack.addChannel(SLACK_CHANNEL);
    for (const one of APPROVERS) slack.addUser(one.slack);
  });
  afterEach(() => slack.close());

  test('is signed as Slack signs it, and no two are the same', () => {
    const make = slackDeliveries(slack);
    const [one, other] = [make.command(first, 'status'), make.command(first, 'status')];
    expect(one.body).not.toBe(other.body);
    const { 'x-slack-request-timestamp': at, 'x-slack-signature': signature } = one.headers;
    expect(signature).toBe(sign(SIGNING_SECRET, Number(at), one.body));
  });

  test('a card is found by its rotation, and can be clicked as it was when it was seen', () => {
    expect(newestCard(slack)).toBeNull();
    messages().push(card('prod-2', 'approve'), card('reminder 2026-11-24', 'ask'));
    const seen = cardWith(slack, 'approve');
    expect(seen).toMatchObject({ rotation: 'prod-2' });
    expect(cardWith(slack, 'stop')).toBeNull();
    Object.assign(messages()[0] ?? {}, { blocks: [] });
    expect(cardWith(slack, 'approve')).toBeNull();
    if (seen === null) throw new Error('no card');
    expect(slackDeliveries(slack).click(first, seen).answerPath).toMatch(/^\/answers\//u);
  });

  test('a click counts as answered when its own response address was answered', async () => {
    messages().push(card('prod-2', 'approve'));
    const seen = cardWith(slack, 'approve');
    if (seen === null) throw new Error('no card');
    const make = slackDeliveries(slack);
    const wire: Wire = {
      send: async ({ body }) => {
        const { response_url: url } = JSON.parse(new URLSearchParams(body).get('payload') ?? '') as Record<
          string,
          string
        >;
        const answer = { response_type: 'ephemeral', text: 'Recorded.' };
        await fetch(url ?? '', { method: 'POST', body: JSON.stringify(answer) });
        return { ms: 1, status: 200, body: '' };
      },
      close: () => {},
    };
    const clicks = await clickAll(slack, wire, APPROVERS.slice(0, 3), 2, (by) => make.click(by, seen));
    expect(clicks).toMatchObject({ clicks: 6, answered: 6, acknowledged: [1, 1, 1, 1, 1, 1] });
    expect(clicks.said).toEqual(new Map([['Recorded.', 6]]));
  });

  test('is numbered as Teams numbers it, with a token of the service', async () => {
    const teams = await startTeamsService();
    const make = teamsDeliveries(teams);
    const [one, other] = [make.execute(first, 'show', 'prod-2'), make.execute(first, 'show', 'prod-2')];
    expect(JSON.parse(one.body)).toMatchObject({
      id: '1:1',
      type: 'invoke',
      serviceUrl: teams.serviceUrl,
      from: { aadObjectId: first.entra },
      value: { action: { type: 'Action.Execute', verb: 'show', data: { rotation: 'prod-2' } } },
    });
    expect(JSON.parse(other.body)).toMatchObject({ id: '1:2' });
    expect(one.headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/u);
    await teams.close();
  });
});

describe('answers to clicks', () => {
  test('are counted by what they say', () => {
    expect(sentencesIn([{ text: 'a' }, { text: 'b' }, { text: 'a' }])).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    );
  });

  test('that say nothing, or that something failed, are counted as not saying what the click did', () => {
    const failed = say({ id: 'chat.failed', data: {} }, 'en');
    const unsure = say({ id: 'refused.chat-unsure', data: {} }, 'en');
    expect(excuses(new Map([['Your approval counts.', 3]]))).toBe(0);
    const said = ['Your approval counts.', '', failed, unsure, failed].map((text) => ({ text }));
    expect(excuses(sentencesIn(said))).toBe(4);
  });
});

describe('figures of the chats', () => {
  const seen: ChatsSeen = {
    workers: 4,
    quorum: 2,
    command: { product: [1.4, 1.5, 1.6], bare: [1, 1, 1] },
    execute: { product: [3], bare: [1] },
    busy: { command: [500], execute: [250] },
    clicks: { clicks: 1000, answered: 1000, seconds: 30, acknowledged: [3], said: new Map([['a', 1000]]) },
    decided: { votes: 2, decisions: 1 },
  };
  const missed = (change: Partial<ChatsSeen>): readonly string[] =>
    chatFigures({ ...seen, ...change })
      .filter((figure) => !passes(figure))
      .map(({ id, what }) => `${id} ${what}`);

  test('meet their bars when they are exactly at them', () => {
    expect(missed({})).toEqual([]);
  });

  test.each<[Partial<ChatsSeen>, string]>([
    [{ command: { product: [1.6], bare: [1] } }, 'g slash command to acknowledgement, p50, in bare Bolt'],
    [{ busy: { command: [501], execute: [1] } }, 'g while 4 workers rotate, p99'],
    [{ execute: { product: [3.1], bare: [1] } }, 'h Action.Execute to its answer, p50, in bare CloudAdapter'],
    [{ busy: { command: [1], execute: [251] } }, 'h while 4 workers rotate, p99'],
    [{ clicks: { ...seen.clicks, answered: 999 } }, 'i of 1000 clicks on one card, answered'],
    [{ clicks: { ...seen.clicks, seconds: 30.1 } }, 'i to the last answer'],
    [{ decided: { votes: 3, decisions: 1 } }, 'i votes that counted'],
    [{ decided: { votes: 2, decisions: 0 } }, 'i decisions'],
    [{ decided: { votes: 2, decisions: 2 } }, 'i decisions'],
  ])('miss them where %j', (change, line) => {
    expect(missed(change)).toEqual([line]);
  });

  test('one in a thousand above three seconds is too slow', () => {
    const command = [...Array.from({ length: 999 }, () => 1), 3001];
    expect(missed({ busy: { command, execute: [1] } })).toEqual(['g while 4 workers rotate, the slowest']);
  });

  test('without a sample while workers rotate, nothing passes', () => {
    expect(missed({ busy: { command: [], execute: [] } })).toHaveLength(3);
  });

  test('votes and decisions are those of the one rotation only', () => {
    const record = (id: string, type: string) => ({ at: 0, id, type, host: '', kind: '', stage: null });
    const records = [record('a-1', 'voted'), record('a-2', 'voted'), record('a-2', 'gate-closed')];
    expect(decidedIn(records, 'a-2')).toEqual({ votes: 1, decisions: 1 });
  });
});
