import { say } from '../../../cards/wording/index.ts';
import { CARD_STATES, parseScript } from '../../../src/app/script/parse-script.ts';
import { type ChatRoom, playScript, type SeenMessage } from '../../../src/app/script/play.ts';
import type { Json } from '../../../src/domain/values.ts';

const card = (state: string, verbs: readonly string[] = []): Json => ({
  fallbackText: `prod-1: ${state}`,
  body: [{ type: 'Container', items: [{ type: 'TextBlock', text: state }] }],
  actions: verbs.map((verb) => ({
    type: 'Action.ShowCard',
    card: {
      body: [{ type: 'Input.Text', id: 'reason' }],
      actions: [{ type: 'Action.Execute', verb, data: { rotation: 'prod-1' } }],
    },
  })),
});

/** A room where a click changes what is seen, as the script's author foresaw it. */
function makeRoom(onClick: (who: string, verb: string, room: FakeRoom) => void = () => {}): FakeRoom {
  const seen = new Map<string, SeenMessage[]>(['mei', 'ana', 'sam'].map((who) => [who, []]));
  let number = 0;
  const room: FakeRoom = {
    clicks: [],
    printed: [],
    show: (who, body) => {
      number += 1;
      for (const person of who === 'all' ? seen.keys() : [who])
        seen.get(person)?.push({ id: `m${number}`, only: who !== 'all', bot: true, body });
    },
    people: [...seen.keys()],
    called: (who) => (who === 'ana' ? 'Ana Ruiz' : who),
    messages: (who) => seen.get(who) ?? [],
    say: async () => undefined,
    click: async (who, { verb, data, inputs }) => {
      room.clicks.push({ who, verb, data, inputs });
      onClick(who, verb, room);
    },
    changed: async () => false,
    breakHost: async () => undefined,
    clearFaults: async () => undefined,
    sleep: async () => undefined,
    steady: () => 0,
    print: (sentence) => void room.printed.push(sentence),
  };
  return room;
}

interface FakeRoom extends ChatRoom {
  readonly clicks: Json[];
  readonly printed: string[];
  show(who: string, body: SeenMessage['body']): void;
}

const play = (text: string, room: ChatRoom): Promise<void> => {
  const script = parseScript(text);
  if ('problems' in script) throw new Error(JSON.stringify(script.problems));
  return playScript(script.lines, room);
};

const plan = (verbs: readonly string[]): SeenMessage['body'] => ({
  type: 'card',
  kind: 'plan',
  card: card('APPROVAL NEEDED · 0 OF 2', verbs),
});

describe('playing a script', () => {
  test('presses the button on the newest card that has it, with its data and its field', async () => {
    const room = makeRoom();
    room.show('all', plan(['deny']));
    await play('ana: click deny "not today"', room);
    expect(room.clicks).toEqual([
      { who: 'ana', verb: 'deny', data: { rotation: 'prod-1' }, inputs: { reason: 'not today' } },
    ]);
  });

  test('fails at the line that names a fault the lab does not have', async () => {
    const room: ChatRoom = {
      ...makeRoom(),
      breakHost: async (_host, fault) => Promise.reject(new Error(`no such fault: ${fault}`)),
    };
    const played = play('wait 1s\nbreak sqlm01 nonsense', room);
    await expect(played).rejects.toMatchObject({
      name: 'ScriptFailure',
      message: 'line 2: the lab says: no such fault: nonsense. certops lab faults lists what can be broken.',
    });
  });

  test('presses a button made from somebody else’s card if one’s own card has none', async () => {
    const room = makeRoom();
    room.show('mei', plan(['withdraw']));
    room.show('ana', plan(['approve']));
    await play('mei: click approve', room);
    expect(room.clicks).toMatchObject([{ who: 'mei', verb: 'approve' }]);
    expect(room.printed.join()).toContain('which only a card of somebody else has');
  });

  test('waits for one’s own copy of a card that others have already', async () => {
    const room = makeRoom();
    room.show('mei', plan(['approve']));
    const [early] = room.messages('mei');
    if (early === undefined) throw new Error('nothing was shown');
    const shared = { ...early, only: false };
    const copies = new Map<string, readonly SeenMessage[]>([['mei', [shared]]]);
    const late: ChatRoom = {
      ...room,
      messages: (who) => copies.get(who) ?? [],
      changed: async () => copies.set('ana', [shared]).size > 0,
    };
    await play('ana: click approve', late);
    expect(room.printed).toEqual(['Ana Ruiz clicks approve']);
  });

  test('waits for a newer card that only others have yet, and presses no older one that the person was shown', async () => {
    const room = makeRoom();
    room.show('ana', plan(['deny']));
    const [copy] = room.messages('ana');
    if (copy === undefined) throw new Error('nothing was shown');
    const shared = (verb: string): SeenMessage => ({ ...copy, id: 'm2', only: false, body: plan([verb]) });
    const pages = new Map([
      ['ana', [copy]],
      ['mei', [shared('withdraw')]],
    ]);
    const late: ChatRoom = {
      ...room,
      messages: (who) => pages.get(who) ?? [],
      changed: async () => pages.set('ana', [copy, { ...shared('deny'), body: plan(['withdraw', 'deny']) }]).size > 0,
      click: async (_who, { data }) => void room.clicks.push([data, pages.get('ana')?.length ?? 0]),
    };
    await play('ana: click deny', late);
    expect(room.clicks).toEqual([[{ rotation: 'prod-1' }, 2]]);
  });

  test('finds a refusal by its code, and only among the answers to the last click', async () => {
    const refuse = (code: string): SeenMessage['body'] => ({
      type: 'notice',
      codes: [`refused.${code}`],
      lines: ['No.'],
      actions: [],
    });
    const room = makeRoom((who, _verb, there) => there.show(who, refuse('own-request')));
    room.show('all', plan(['approve']));
    await play('mei: click approve\nexpect refused own-request', room);
    room.show('sam', refuse('unknown-person'));
    await expect(play('sam: click approve\nexpect refused unknown-person', room)).rejects.toThrow(
      'line 2: expected a refusal unknown-person for sam, found refused.own-request: No.',
    );
  });

  test('goes on from an expected card once everybody who has it sees it like that', async () => {
    const closed = (state: string): SeenMessage => ({
      ...{ id: 'm1', only: false, bot: true },
      body: { type: 'card', kind: 'closed', card: card(state) },
    });
    const pages = new Map([
      ['mei', closed('DONE · 18 S')],
      ['ana', closed('RUNNING · STEP 18 OF 18')],
    ]);
    const room: ChatRoom = {
      ...makeRoom(),
      messages: (who) => [pages.get(who)].filter((one) => one !== undefined),
      changed: async () => pages.set('ana', closed('DONE · 18 S')).size > 0,
    };
    await play('expect done', room);
    expect(pages.get('ana')).toEqual(closed('DONE · 18 S'));
  });

  test('fails if the rotation ends otherwise, and says how', async () => {
    const room = makeRoom();
    room.show('all', { type: 'card', kind: 'closed', card: card('PUT BACK · 9 S') });
    await expect(play('expect done', room)).rejects.toThrow(
      'line 1: expected DONE, found PUT BACK · 9 S: prod-1: PUT BACK',
    );
    await expect(play('expect put-back', room)).resolves.toBeUndefined();
  });

  test.each([
    ['done', 'DONE, NOT EVERYWHERE · 68 S'],
    ['done', 'DONE IN PART · 40 S'],
    ['not-everywhere', 'DONE · 18 S'],
  ])('fails at expect %s if the card says %s', async (state, found) => {
    const room = makeRoom();
    room.show('all', { type: 'card', kind: 'closed', card: card(found) });
    await expect(play(`expect ${state}`, room)).rejects.toThrow(`found ${found}`);
  });

  const RAN = ['proved', 'left-behind', 'partly', 'put-back', 'stopped', 'contained'] as const;
  const DID_NOT = ['withdrawn', 'denied', 'lapsed', 'refused'] as const;
  const ends = [
    ...RAN.map((outcome) => ({ outcome, tookMs: 18_400, final: false })),
    ...DID_NOT.map((outcome) => ({ outcome, tookMs: null, final: false })),
    { outcome: 'stopped' as const, tookMs: 18_400, final: true },
    { outcome: 'refused' as const, tookMs: null, final: false, untold: true },
    // The clock was set back meanwhile.
    { outcome: 'proved' as const, tookMs: -3_541_000, final: false },
  ];

  test('shows no duration for a card whose clock was set back', () => {
    const data = { outcome: 'proved', tookMs: -3_541_000, final: false } as const;
    for (const language of ['en', 'zh-CN'] as const)
      expect(say({ id: 'closed.state', data }, language)).toBe(
        say({ id: 'closed.state', data: { ...data, tookMs: null } }, language),
      );
  });

  test.each(ends.map((data) => say({ id: 'closed.state', data }, 'en')))(
    'can expect %s by exactly one word',
    async (state) => {
      const fitting: string[] = [];
      for (const word of Object.keys(CARD_STATES)) {
        const room = makeRoom();
        room.show('all', { type: 'card', kind: 'closed', card: card(state) });
        await play(`expect ${word}`, room).then(
          () => fitting.push(word),
          () => {},
        );
      }
      expect(fitting).toHaveLength(1);
    },
  );

  test('can wait for a plan that asks nobody, which does not hide one that asks', async () => {
    const room = makeRoom();
    room.show('all', plan(['approve']));
    room.show('mei', { type: 'card', kind: 'plan', card: card('PLAN ONLY · NOBODY IS ASKED') });
    await expect(play('expect plan-only', room)).resolves.toBeUndefined();
    await expect(play('expect approval-needed', room)).resolves.toBeUndefined();
  });

  test('goes by a copy that somebody was shown until they do something else, and then by the channel’s card', async () => {
    const withdrawn = { type: 'card', kind: 'closed', card: card('WITHDRAWN') } as const;
    let isWithdrawn = false;
    const room = makeRoom(() => {
      isWithdrawn = true;
    });
    room.show('all', plan([]));
    const shown: ChatRoom = {
      ...room,
      messages: (who) =>
        room.messages(who).map((one) => (isWithdrawn && !one.only ? { ...one, body: withdrawn } : one)),
      say: async (who) => room.show(who, plan(['withdraw'])),
    };
    await play('mei: show prod-1\nexpect approval-needed\nmei: click withdraw\nexpect withdrawn', shown);
    await play('mei: show prod-1\nexpect approval-needed', shown);
  });

  describe('after another request', () => {
    const done: SeenMessage['body'] = { type: 'card', kind: 'closed', card: card('DONE · 18 S') };
    const answers = (code: string): SeenMessage['body'] => ({
      type: 'notice',
      codes: [code],
      lines: ['.'],
      actions: [],
    });

    /** What is said is answered at once; each wait for a change brings the next of what comes later. */
    const roomThatAnswers = (code: string, later: readonly SeenMessage['body'][]): ChatRoom => {
      const room = makeRoom();
      room.show('all', done);
      const coming = [...later];
      return {
        ...room,
        say: async (who) => room.show(who, answers(code)),
        changed: async () => {
          const next = coming.shift();
          if (next !== undefined) room.show('all', next);
          return next !== undefined;
        },
      };
    };

    test('waits for its card, and does not go by the end of the previous one', async () => {
      const text = 'mei: rotate-master\nexpect approval-needed';
      await expect(play(text, roomThatAnswers('looking', [plan(['approve'])]))).resolves.toBeUndefined();
    });

    test('does not take the end of the previous one for its own', async () => {
      const text = 'mei: rotate-master\nexpect done';
      await expect(play(text, roomThatAnswers('looking', [plan(['approve'])]))).rejects.toThrow(
        'line 2: expected DONE, found APPROVAL NEEDED',
      );
      await expect(play(text, roomThatAnswers('looking', []))).rejects.toThrow(
        'line 2: expected DONE, found no card of what was asked last',
      );
    });

    test('means the newest card if the line brought no card', async () => {
      const text = 'mei: status\nexpect done';
      await expect(play(text, roomThatAnswers('summary.farm', []))).resolves.toBeUndefined();
    });

    test('takes a card that changes afterwards for its own', async () => {
      const room = makeRoom();
      room.show('all', { type: 'card', kind: 'needs-person', card: card('NEEDS A PERSON') });
      const [{ id = '' } = {}] = room.messages('mei');
      const seen = (): readonly SeenMessage[] =>
        room.messages('mei').map((one) => (one.id === id && closed ? { ...one, body: done } : one));
      let closed = false;
      const changing: ChatRoom = {
        ...room,
        messages: () => seen(),
        say: async (who) => room.show(who, answers('looking')),
        changed: async () => {
          const first = !closed;
          closed = true;
          return first;
        },
      };
      await expect(play('mei: rotate-master\nexpect done', changing)).resolves.toBeUndefined();
    });
  });

  test.each([
    ['ana: click approve', 'line 1: no card has a button for approve'],
    ['ana: status\nexpect refused own-request', 'line 2: expected a refusal own-request for ana, found none'],
    ['expect done', 'line 1: expected DONE, found APPROVAL NEEDED · 0 OF 2'],
  ])('fails in time at %j, however much else changes meanwhile', async (text, words) => {
    const room = makeRoom();
    if (text.endsWith('done')) room.show('all', plan(['approve']));
    let now = 0;
    const busy: ChatRoom = {
      ...room,
      steady: () => now,
      changed: async (ms) => {
        if (now > 3_600_000) throw new Error('it waits for ever');
        const passed = Math.min(ms, 1000);
        now += passed;
        return passed < ms;
      },
    };
    await expect(play(text, busy)).rejects.toThrow(words);
  });

  test('fails if no card has the button, or nobody has the name', async () => {
    await expect(play('ana: click approve', makeRoom())).rejects.toThrow('line 1: no card has a button for approve');
    await expect(play('bob: hello', makeRoom())).rejects.toThrow(
      'line 1: nobody is called bob; there are mei, ana, sam',
    );
  });

  test('names what could be clicked, if no card has the button', async () => {
    const room = makeRoom();
    room.show('all', plan(['deny', 'approve']));
    await expect(play('ana: click aprove', room)).rejects.toThrow(
      'line 1: no card has a button for aprove; there are approve, deny',
    );
  });

  test('looks at the newest rotation, not at a reminder below it', async () => {
    const room = makeRoom();
    room.show('all', { type: 'card', kind: 'closed', card: card('DONE · 18 S') });
    room.show('all', { type: 'card', kind: 'reminder', card: card('14 DAYS LEFT') });
    await expect(play('expect done', room)).resolves.toBeUndefined();
  });
});
