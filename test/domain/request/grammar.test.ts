import fc from 'fast-check';
import { plainWish, type Wish } from '../../../src/domain/plan/wish.ts';
import { parseCommand } from '../../../src/domain/request/grammar.ts';
import { nearest } from '../../../src/domain/request/nearest.ts';
import { readRequest, requestWords } from '../../../src/domain/request/request-line.ts';
import { wordMeant } from '../../../src/domain/request/word-meant.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { parseWhen } from '../../../src/domain/when/when.ts';

const wish = plainWish('rotate-master');
const stolen: Wish = { ...wish, compromised: true, when: { by: 'now' } };
const reconnects = (...workers: string[]): Wish => ({ ...plainWish('reconnect'), workers: workers as HostName[] });
const ofWorkers = (...workers: string[]): Wish => ({ ...plainWish('rotate-worker'), workers: workers as HostName[] });

describe('A line of words', () => {
  test.each([
    ['', { word: 'summary' }],
    ['/ssis', { word: 'summary' }],
    ['/ssis rotate-master', { word: 'request', wish, farm: null, reason: '', dry: false }],
    [
      'rotate-master prod because Yearly renewal, CHG0031877',
      { word: 'request', wish, farm: 'prod', reason: 'Yearly renewal, CHG0031877', dry: false },
    ],
    ['/ssis rotate—master prod.', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['/ssis\u00a0rotate\u2011master\u3000prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['ｒｏｔａｔｅ－ｍａｓｔｅｒ', { word: 'request', wish, farm: null, reason: '', dry: false }],
    // The key of a hyphen in Japanese, and that of a slash in Chinese.
    ['rotateーmaster ーーfarm prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['rotateｰmaster', { word: 'request', wish, farm: null, reason: '', dry: false }],
    ['、ssis rotate-master', { word: 'request', wish, farm: null, reason: '', dry: false }],
    ['rotate-master prod because \u200b\u2800', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['，rotate-master prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['：status ,prod', { word: 'status', farm: 'prod' }],
    // Nothing typed may be dropped from what is understood or offered: it would mean another farm.
    ['rotate-master，prod，because：Yearly', { word: 'request', wish, farm: 'prod', reason: 'Yearly', dry: false }],
    ['plan：rotate-master，prod', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    ['show：prod-17', { word: 'show', id: 'prod-17' }],
    [
      'rotate-mastr，prod because x',
      {
        word: 'wrong',
        code: 'unknown-word',
        data: { said: 'rotate-mastr', nearest: 'rotate-master' },
        meant: 'rotate-master prod because x',
      },
    ],
    ['/ssis，status', { word: 'status', farm: null }],
    ['ssis：/status，prod', { word: 'status', farm: 'prod' }],
    ['@ssis，rotate-master，prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['@ssis，certops：plan，rotate-master，prod', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    ['/ssis plan：rotate，master，prod', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    ['/ssis，', { word: 'summary' }],
    ['rotate master，prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    [
      'rotate worker：sqlw01，sqlw02',
      { word: 'request', wish: ofWorkers('sqlw01', 'sqlw02'), farm: null, reason: '', dry: false },
    ],
    // The name of a machine that begins like a keyword is no keyword.
    [
      'rotate worker1，worker2',
      {
        word: 'wrong',
        code: 'unknown-word',
        data: { said: 'rotate', nearest: 'rotate-worker' },
        meant: 'rotate-worker worker1,worker2',
      },
    ],
    [
      'rotat master，prod',
      {
        word: 'wrong',
        code: 'unknown-word',
        data: { said: 'rotat', nearest: 'rotate-master' },
        meant: 'rotate-master prod',
      },
    ],
    ['rotate-master farm：prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    [
      'rotate-master --farm=prod ticket：CHG1',
      { word: 'request', wish: { ...wish, ticket: 'CHG1' }, farm: 'prod', reason: '', dry: false },
    ],
    ['status サーバー', { word: 'status', farm: 'サーバー' }],
    ['/ssis rotate master', { word: 'request', wish, farm: null, reason: '', dry: false }],
    ['/ssis plan rotate-master prod', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    ['/ssis plan', { word: 'request', wish, farm: null, reason: '', dry: true }],
    ['/ssis status', { word: 'status', farm: null }],
    ['/ssis show “prod-17”.', { word: 'show', id: 'prod-17' }],
    ['STOP PROD-17', { word: 'stop', id: 'prod-17', reason: '' }],
    ['/ssis approve prod-17', { word: 'card', id: 'prod-17', typed: 'approve' }],
    ['help rotate-master', { word: 'help', about: 'rotate-master' }],
    ['whoami', { word: 'whoami' }],
    ['help help', { word: 'help', about: 'help' }],
    ['help approve', { word: 'help', about: 'approve' }],
    ['?', { word: 'summary' }],
  ])('%j is understood', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test.each([
    ['certs', { word: 'certs', farm: null, said: null }],
    // It may be a farm or a machine: which one is decided elsewhere.
    ['/ssis certs prod', { word: 'certs', farm: null, said: 'prod' }],
    ['certs --farm prod.', { word: 'certs', farm: 'prod', said: null }],
    ['certs in farm prod', { word: 'certs', farm: 'prod', said: null }],
    ['certs SQLW17 in prod', { word: 'certs', farm: 'prod', said: 'SQLW17' }],
    ['certs in prod “sqlw17”', { word: 'certs', farm: 'prod', said: 'sqlw17' }],
    ['certs prod sqlw17', { word: 'certs', farm: 'prod', said: 'sqlw17', isPair: true }],
    ['certs in', { word: 'certs', farm: null, said: 'in' }],
    ['certs help', { word: 'help', about: 'certs' }],
    ['certs sqlw17 sqlw18 in prod', { word: 'wrong', code: 'too-many-words', data: { word: 'certs', said: 'sqlw18' } }],
    ['certs sqlw17 in prod in test', { word: 'wrong', code: 'too-many-words', data: { word: 'certs', said: 'test' } }],
    ['Runners farm prod', { word: 'runners', farm: 'prod' }],
    ['runners', { word: 'runners', farm: null }],
    ['freeze', { word: 'wrong', code: 'freeze-until', data: { farm: '' } }],
    ['freeze prod', { word: 'wrong', code: 'freeze-until', data: { farm: 'prod' } }],
    ['freeze prod until because of rain', { word: 'wrong', code: 'freeze-until', data: { farm: 'prod' } }],
    ['freeze prod tomorrow because of rain', { word: 'wrong', code: 'freeze-until', data: { farm: 'prod' } }],
    ['freeze prod because of rain until tomorrow', { word: 'wrong', code: 'freeze-until', data: { farm: 'prod' } }],
    ['freeze prod until 3 days', { word: 'wrong', code: 'freeze-why', data: { farm: 'prod', until: '3 days' } }],
    ['freeze until 18:00 because \u2800', { word: 'wrong', code: 'freeze-why', data: { farm: '', until: '18:00' } }],
    ['freeze --help', { word: 'help', about: 'freeze' }],
    ['review prod-7', { word: 'review', id: 'prod-7', note: '' }],
    [
      'review id PROD-7 because The backup is encrypted now',
      { word: 'review', id: 'prod-7', note: 'The backup is encrypted now' },
    ],
    ['review help', { word: 'help', about: 'review' }],
    ['unfreeze help', { word: 'help', about: 'unfreeze' }],
    ['unfreeze', { word: 'unfreeze', farm: null, reason: '' }],
    ['unfreeze prod.', { word: 'unfreeze', farm: 'prod', reason: '' }],
    ['unfreeze --farm prod --because Done.', { word: 'unfreeze', farm: 'prod', reason: 'Done.' }],
    ['unfreeze prod now', { word: 'wrong', code: 'too-many-words', data: { word: 'unfreeze', said: 'now' } }],
    ['certs because I can', { word: 'wrong', code: 'because-of-what', data: { word: 'certs' } }],
    ['plan freeze prod', { word: 'wrong', code: 'plan-what', data: { said: 'freeze prod', nearest: '' } }],
  ])('%j is read, right or wrong', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test.each([
    ['words', 'freeze prod until 2026-12-24 18:00 because Year end'],
    ['words in place of flags', '/ssis freeze farm prod until 2026-12-24 18:00 because Year end'],
    ['flags', '/ssis freeze --farm prod --until 2026-12-24 18:00 --because Year end'],
    ['flags with equals signs', 'freeze prod --until=2026-12-24 18:00 --because=Year end'],
    ['a colon after until', 'Freeze prod until: 2026-12-24 18:00 because: Year end'],
    [
      'full-width characters',
      'ｆｒｅｅｚｅ　ｐｒｏｄ　ｕｎｔｉｌ　２０２６－１２－２４　１８：００　ｂｅｃａｕｓｅ　Year end',
    ],
    ['quotes and a comma', 'freeze “prod” until “2026-12-24, 18:00” because Year end'],
  ])('a freeze is understood with %s', (_what, line) => {
    const until = '2026-12-24 18:00';
    expect(parseCommand(line)).toEqual({ word: 'freeze', farm: 'prod', until, reason: 'Year end' });
  });

  test.each([
    ['freeze until tomorrow because x', null, 'tomorrow'],
    ['freeze farm until tomorrow because x', 'farm', 'tomorrow'],
    ['freeze prod until 18:00 -05:00 because x', 'prod', '18:00 -05:00'],
    ['freeze prod until -3 days because x', 'prod', '-3 days'],
    ['freeze farm until until tomorrow because x', 'until', 'tomorrow'],
    ['freeze farm farm until tomorrow because x', 'farm', 'tomorrow'],
    ['freeze prod until 2026-12-24T18:00+01:00 because x', 'prod', '2026-12-24T18:00+01:00'],
    ['freeze prod until 18:00 Europe/Berlin because x', 'prod', '18:00 Europe/Berlin'],
  ])('%j names its farm and its time', (line, farm, until) => {
    expect(parseCommand(line)).toEqual({ word: 'freeze', farm, until, reason: 'x' });
  });

  const asked = { word: 'request', wish, farm: 'prod', reason: 'Yearly', dry: false };

  test.each([
    ['marks of bold and italics', '**rotate-master** *prod* _because_ Yearly'],
    ['nested marks of bold and italics, with a full stop', '*_rotate-master_* ~prod~. because Yearly'],
    ['bold around the whole line', '*/ssis rotate-master prod because Yearly*'],
    ['doubled marks around the whole line', '**rotate-master prod because Yearly**'],
    ['bold around several words', '*rotate-master prod* because Yearly'],
    ['bold around several words behind the command', '/ssis rotate-master *farm prod*, because Yearly'],
    ['nested marks around several words', '**_rotate-master prod_** because Yearly'],
    ['emoji behind the words', 'rotate-master prod 🙏🏽 ❤️ because Yearly'],
    ['emoji by the names that Slack gives them', 'rotate-master prod :repeat: :pray::skin-tone-4: because Yearly'],
    ['smart quotes', '/ssis rotate-master “prod” because Yearly'],
    ['straight, low, angled and corner quotes', `'rotate-master' „prod" because Yearly`],
    ['quotes of Chinese keyboards', '「rotate-master」 『prod』 because Yearly'],
    ['code marks', '`/ssis rotate-master prod` because Yearly'],
    ['non-breaking spaces', '\u00a0/ssis\u202frotate-master\u00a0prod\u00a0because\u00a0Yearly\u00a0'],
    ['ideographic, thin and figure spaces', '/ssis\u3000rotate-master\u2009prod\u2007because\u205fYearly'],
    ['letters that look like spaces', '/ssis\u3164rotate-master\u2800prod because Yearly'],
    ['new lines and tabs', '/ssis\r\n\trotate-master\nprod\nbecause\nYearly\n'],
    ['invisible characters', '\ufeff/ssis rotate\u00ad-master\u200b \u200eprod\u2060 be\u200bcause Yearly'],
    ['full-width characters', '／ｓｓｉｓ　ｒｏｔａｔｅ－ｍａｓｔｅｒ　ｐｒｏｄ　ｂｅｃａｕｓｅ　Yearly'],
    ['a mathematical slash', '∕ssis rotate-master prod because Yearly'],
    ['a non-breaking hyphen', 'rotate\u2011master prod because Yearly'],
    ['a minus', 'rotate\u2212master prod because Yearly'],
    ['long dashes', 'rotate—master prod because Yearly'],
    ['long dashes as Chinese keyboards make them', 'rotate——master prod because Yearly'],
    ['flags', '/ssis rotate-master --farm prod --because Yearly'],
    ['flags whose hyphens were made a long dash', '/ssis rotate-master —farm prod —because Yearly'],
    ['flags whose hyphens were made a short dash', '/ssis rotate-master –farm prod –because Yearly'],
    ['words in place of flags', '/ssis rotate-master farm prod because Yearly'],
    ['a colon after because', 'rotate-master prod because: Yearly'],
    ['a full-width colon after because', 'rotate-master prod because：Yearly'],
    ['an equals sign after because', 'rotate-master prod --because=Yearly'],
    ['a full stop before because', 'rotate-master prod. Because Yearly'],
    ['commas', 'rotate-master, prod, because Yearly'],
    ['a full-width comma and no space before because', 'rotate-master prod，because Yearly'],
    ['full-width commas and no spaces around because', 'rotate-master prod，because，Yearly'],
    ['a Chinese full stop before because', 'rotate-master prod。because：Yearly'],
    ['a mention of Slack', '<@U0BOT> rotate-master prod because Yearly'],
    ['a mention of Slack with a name', '<@U0BOT|ssis certops>, rotate-master prod because Yearly'],
    ['a mention of Teams', '<at>SSIS Certops</at>\u00a0rotate-master prod because Yearly'],
    ['a mention of Teams with its id', ' <at id="0">Bot</at> /ssis rotate-master prod because Yearly'],
    ['a mention in plain words', '@certops: ssis rotate-master prod because Yearly'],
    ['the command without its slash', 'ssis rotate-master prod because Yearly'],
    ['a slash before the word', '/rotate-master prod because Yearly'],
    ['capital letters', '/SSIS Rotate-Master prod BECAUSE Yearly'],
  ])('is understood with %s', (_what, line) => {
    expect(parseCommand(line)).toEqual(asked);
  });

  test.each([
    ['/ssis status.', { word: 'status', farm: null }],
    ['status 👍', { word: 'status', farm: null }],
    ['status :+1:!', { word: 'status', farm: null }],
    ['status prod 👩‍💻', { word: 'status', farm: 'prod' }],
    ['stop prod-17 🛑🛑', { word: 'stop', id: 'prod-17', reason: '' }],
    ['stop prod-17 because 🔥 :fire:', { word: 'stop', id: 'prod-17', reason: '🔥 :fire:' }],
    // Between names it may mean that the second one is not to be touched.
    ['rotate-worker sqlw01 ❌ sqlw02', { word: 'wrong', code: 'not-a-machine', data: { said: '❌' } }],
    ['*status prod*', { word: 'status', farm: 'prod' }],
    // Struck through, they may have been taken back.
    ['~stop prod-17 now~', { word: 'wrong', code: 'unknown-word', data: { said: '~stop', nearest: 'stop' } }],
    [
      '*~stop prod-17~*',
      { word: 'wrong', code: 'unknown-word', data: { said: '~stop', nearest: 'stop' }, meant: 'stop prod-17~' },
    ],
    ['rotate-worker sqlw01 ~sqlw02 sqlw03~', { word: 'wrong', code: 'not-a-machine', data: { said: '~sqlw02' } }],
    ['status prod。', { word: 'status', farm: 'prod' }],
    ['status prod｡', { word: 'status', farm: 'prod' }],
    ['status prod．', { word: 'status', farm: 'prod' }],
    ['status prod…', { word: 'status', farm: 'prod' }],
    ['status prod！', { word: 'status', farm: 'prod' }],
    ['status prod ?', { word: 'status', farm: 'prod' }],
    ['status farm', { word: 'status', farm: 'farm' }],
    ['status --farm prod', { word: 'status', farm: 'prod' }],
    ['show prod-17。', { word: 'show', id: 'prod-17' }],
    ['show ｐｒｏｄ－１７', { word: 'show', id: 'prod-17' }],
    ['show —id prod–17', { word: 'show', id: 'prod-17' }],
    ['stop prod.eu-3.', { word: 'stop', id: 'prod.eu-3', reason: '' }],
    ['stop *prod-17*', { word: 'stop', id: 'prod-17', reason: '' }],
    ['stop prod-17 because packages fail', { word: 'stop', id: 'prod-17', reason: 'packages fail' }],
    ['show prod-17 because I forgot', { word: 'show', id: 'prod-17' }],
    ['approve prod-17 because it is right', { word: 'card', id: 'prod-17', typed: 'approve' }],
    ['—help', { word: 'help', about: null }],
    ['--help rotate-master', { word: 'help', about: 'rotate-master' }],
    ['rotate-master --help', { word: 'help', about: 'rotate-master' }],
    ['rotate-master prod --plan', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    ['rotate-master —plan', { word: 'request', wish, farm: null, reason: '', dry: true }],
    ['rotate-worker SQLW01', { word: 'request', wish: ofWorkers('sqlw01'), farm: null, reason: '', dry: false }],
    [
      'rotate worker sqlw01, sqlw02 in prod because CHG1',
      { word: 'request', wish: ofWorkers('sqlw01', 'sqlw02'), farm: 'prod', reason: 'CHG1', dry: false },
    ],
    ['rotate-worker --plan all --in prod', { word: 'request', wish: ofWorkers(), farm: 'prod', reason: '', dry: true }],
    ['plan rotate-worker all', { word: 'request', wish: ofWorkers(), farm: null, reason: '', dry: true }],
    ['rotate-worker sqlw01 sqlw01', { word: 'request', wish: ofWorkers('sqlw01'), farm: null, reason: '', dry: false }],
    ['reconnect SQLW01', { word: 'request', wish: reconnects('sqlw01'), farm: null, reason: '', dry: false }],
    [
      'plan reconnect sqlw01 sqlw02 in prod',
      { word: 'request', wish: reconnects('sqlw01', 'sqlw02'), farm: 'prod', reason: '', dry: true },
    ],
    ['reconnect help', { word: 'help', about: 'reconnect' }],
    ['rotate-worker help', { word: 'help', about: 'rotate-worker' }],
    ['retire prod', { word: 'request', wish: plainWish('retire'), farm: 'prod', reason: '', dry: false }],
    ['plan retire', { word: 'request', wish: plainWish('retire'), farm: null, reason: '', dry: true }],
    ['retire help', { word: 'help', about: 'retire' }],
    ['rotate-master in prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['rotate-master in farm prod', { word: 'request', wish, farm: 'prod', reason: '', dry: false }],
    ['rotate-master plan in prod', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    ['rotate master plan prod', { word: 'request', wish, farm: 'prod', reason: '', dry: true }],
    [
      'rotate-master prod leave behind SQLW09 leave-behind sqlw10.corp.example because of rain',
      {
        word: 'request',
        wish: { ...wish, leaveBehind: ['SQLW09', 'sqlw10.corp.example'] },
        farm: 'prod',
        reason: 'of rain',
        dry: false,
      },
    ],
    [
      'rotate-master prod --compromised because Lost backup',
      { word: 'request', wish: stolen, farm: 'prod', reason: 'Lost backup', dry: false },
    ],
    [
      'rotate-master at next-window compromised',
      {
        word: 'request',
        wish: { ...stolen, when: { by: 'window' } },
        farm: null,
        reason: '',
        dry: false,
      },
    ],
    [
      'retire compromised in prod',
      { word: 'request', wish: { ...stolen, kind: 'retire' }, farm: 'prod', reason: '', dry: false },
    ],
    [
      'rotate-worker sqlw02 compromised',
      {
        word: 'request',
        wish: { ...ofWorkers('sqlw02'), compromised: true, when: { by: 'now' } },
        farm: null,
        reason: '',
        dry: false,
      },
    ],
    ['rotate-master farm compromised', { word: 'request', wish, farm: 'compromised', reason: '', dry: false }],
    ['rotate-master leave', { word: 'request', wish, farm: 'leave', reason: '', dry: false }],
    ['rotate-master in', { word: 'request', wish, farm: 'in', reason: '', dry: false }],
    ['rotate-master farm plan', { word: 'request', wish, farm: 'plan', reason: '', dry: false }],
    ['<@U0BOT>', { word: 'summary' }],
    ['<at>Bot</at>', { word: 'summary' }],
    ['／ｓｓｉｓ', { word: 'summary' }],
    ['/ssis.', { word: 'summary' }],
    ['@certops', { word: 'summary' }],
    ['/', { word: 'summary' }],
    ['— — —', { word: 'summary' }],
  ])('%j is understood, too', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test.each([
    ...['sqlw01,sqlw02', 'sqlw01，sqlw02', 'sqlw01、sqlw02', 'sqlw01、sqlw02, sqlw01', 'sqlw01 , sqlw02'],
    ...['sqlw01 and sqlw02', 'sqlw01, and sqlw02', 'sqlw01 & sqlw02', 'sqlw01 &amp; sqlw02', 'sqlw01&amp;sqlw02'],
    ...[
      'sqlw01&sqlw02',
      'sqlw01 和 sqlw02',
      'sqlw01和sqlw02',
      'sqlw01与sqlw02',
      'sqlw01、sqlw01及sqlw02',
      'sqlw01以及sqlw02',
    ],
  ])('the list %j names two workers', (list) => {
    expect(parseCommand(`rotate-worker ${list} because，Yearly`)).toMatchObject({
      word: 'request',
      farm: null,
      wish: { workers: ['sqlw01', 'sqlw02'] },
      reason: 'Yearly',
    });
  });

  test('a machine that is called "and" is named alone, first, or last', () => {
    const workersOf = (line: string) => (parseCommand(line) as { wish?: { workers: unknown } }).wish?.workers;
    expect(workersOf('rotate-worker and')).toEqual(['and']);
    expect(workersOf('rotate-worker and sqlw01')).toEqual(['and', 'sqlw01']);
    expect(workersOf('rotate-worker sqlw01,and')).toEqual(['sqlw01', 'and']);
  });

  test('because joined to the first word is found, but not when it belongs to another word', () => {
    const understood = { word: 'request', wish: { kind: 'rotate-master' }, farm: null, reason: 'x，y' };
    expect(parseCommand('rotate-master，because x，y')).toMatchObject(understood);
    expect(parseCommand('rotate-master farm:because x')).not.toHaveProperty('reason', 'x');
  });

  test.each([
    '“Yearly renewal”',
    'Yearly renewal.',
    '——按年更换。',
    'Ｆｕｌｌ　ｗｉｄｔｈ',
    '<@U0BOT> said so',
    '/ssis status',
    '--because: because',
    'a\u00a0b\u200bc',
    '= 1+1',
  ])('keeps the reason %j to the letter', (reason) => {
    expect(parseCommand(`rotate-master because ${reason}`)).toMatchObject({ word: 'request', reason });
  });

  test('keeps any reason to the letter, whatever the keyboard did to the words before it', () => {
    const blank = fc.constantFrom(' ', '\u00a0', '\u3000', '\u2009', '\n', '  ');
    const because = fc.constantFrom(
      'because',
      '--because',
      '—because',
      'ｂｅｃａｕｓｅ',
      'Because',
      '"because"',
      'because:',
    );
    const start = fc.constantFrom('', '/ssis ', '／ssis ', '<@U0BOT> ', '<at>My bot</at> ', '@bot: ', 'ssis\u00a0');
    const reason = fc.string({ unit: 'grapheme', maxLength: 80 }).map((text) => text.trim());
    fc.assert(
      fc.property(start, blank, because, blank, reason, (begin, first, word, second, said) => {
        const wanted = /[^\P{Cc}\n\r\t]/u.test(said)
          ? { word: 'wrong', code: 'reason-control-characters', data: {} }
          : { word: 'request', wish, farm: 'prod', reason: said, dry: false };
        expect(parseCommand(`${begin}rotate-master prod${first}${word}${second}${said}`)).toEqual(wanted);
      }),
    );
  });

  test('means the same, however it was typed', () => {
    const full = (text: string): string =>
      text.replace(/[!-~]/gu, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0));
    const quoted = (text: string): string => `“${text}”`;
    const hidden = (text: string): string => [...text].join('\u200b');
    const asTyped = fc.constantFrom(
      (text: string) => text,
      full,
      quoted,
      hidden,
      (text: string) => text.toUpperCase(),
    );
    const blank = fc.constantFrom(' ', '\u00a0', '\u3000', '\u2003', '\t');
    const end = fc.constantFrom('', '.', '。', '…', '!', ' ');
    const words = fc.constantFrom(['show', 'prod-17'], ['stop', 'prod-17'], ['help', 'status'], ['whoami'], ['status']);
    fc.assert(
      fc.property(words, fc.array(asTyped, { minLength: 2, maxLength: 2 }), blank, end, (line, change, gap, stop) => {
        const typed = line.map((word, at) => change[at]?.(word) ?? word).join(gap) + stop;
        expect(parseCommand(typed)).toEqual(parseCommand(line.join(' ')));
      }),
    );
  });

  test('keeps a reason to the letter: markup, quotes, pipes and the word because itself', () => {
    const reason = '"; rm -rf / & | %PATH% <!channel> {{DATE(2026)}} **x** 证书 because of CHG';
    expect(parseCommand(`/ssis rotate-master because ${reason}`)).toMatchObject({ reason });
  });

  test.each([
    ['• status prod', { word: 'status', farm: 'prod' }],
    ['•status', { word: 'status', farm: null }],
    ['@certops ▪ stop prod-7', { word: 'stop', id: 'prod-7', reason: '' }],
    ['* /ssis show prod-7', { word: 'show', id: 'prod-7' }],
    [
      'rotate-worker • sqlw01 • sqlw02 because • Yearly',
      { word: 'request', wish: ofWorkers('sqlw01', 'sqlw02'), farm: null, reason: '• Yearly', dry: false },
    ],
    ...['● sqlw01、● sqlw02', '●sqlw01、●sqlw02', '• sqlw01, • sqlw02', '▪sqlw01,▪sqlw02'].map(
      (names): [string, object] => [
        `rotate-worker ${names} because Yearly`,
        { word: 'request', wish: ofWorkers('sqlw01', 'sqlw02'), farm: null, reason: 'Yearly', dry: false },
      ],
    ),
    ['rotate-worker * sqlw01', { word: 'wrong', code: 'not-a-machine', data: { said: '*' } }],
  ])('%j, pasted from a list, is read without its bullet', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test.each([
    ['> stop prod-7', '>', 'stop', 'stop prod-7'],
    ['>unfreeze prod because It is over', '>', 'unfreeze', 'unfreeze prod because It is over'],
    ['>> @certops /ssis retire prod', '>>', 'retire', 'retire prod'],
    ['＞ status', '>', 'status', 'status'],
    ['1. rotate-master prod', '1', 'rotate-master', 'rotate-master prod'],
    ['2、status', '2', 'status', 'status'],
    ['$ certops status', '$', 'status', 'status'],
    ['✅ approve prod-7', '✅', 'approve', 'approve prod-7'],
    ['/ssis :white_check_mark: approve prod-7 :pray:', ':white_check_mark:', 'approve', 'approve prod-7'],
    ['» stop prod-7', '>', 'stop', 'stop prod-7'],
    ['@certops › » stop prod-7', '>', 'stop', 'stop prod-7'],
    ['□ status', '□', 'status', 'status'],
    ['○status', '○status', 'status', 'status'],
    ['status（prod）', 'status(prod)', 'status', 'status prod'],
    [
      'rotate-master【prod】 because Yearly (all)',
      'rotate-master【prod】',
      'rotate-master',
      'rotate-master prod because Yearly (all)',
    ],
    ['> retire[prod compromised]', 'retire[prod', 'retire', 'retire prod compromised'],
    ['certops(status)', 'certops(status)', 'status', 'status'],
    ['plan rotate-master(prod)', 'rotate-master(prod)', 'plan rotate-master', 'plan rotate-master prod'],
  ])('%j may be somebody else’s words: it is offered, and not done', (line, said, nearest, meant) => {
    expect(parseCommand(line)).toEqual({ word: 'wrong', code: 'unknown-word', data: { said, nearest }, meant });
    expect(parseCommand(meant)).not.toMatchObject({ word: 'wrong' });
  });

  test.each([
    ['> stop prod-7\nno, wait', { code: 'too-many-words' }],
    ['> do not stop prod-7', { code: 'unknown-word', data: { said: 'do', nearest: '' } }],
    ['> 1. statsu', { code: 'unknown-word', data: { said: 'statsu', nearest: 'status' }, meant: 'status' }],
    ['> > >', { code: 'unknown-word', data: { said: '>', nearest: '' } }],
    ['👍', { code: 'unknown-word', data: { said: '👍', nearest: '' } }],
    [':+1:', { code: 'unknown-word', data: { said: ':+1:', nearest: '' } }],
  ])('%j is wrong in what follows its signs', (line, wanted) => {
    expect(parseCommand(line)).toEqual(expect.objectContaining({ word: 'wrong', ...wanted }));
  });

  test('what stands in brackets right after a word is never dropped', () => {
    expect(parseCommand('rotat-master【prod】')).toMatchObject({ meant: 'rotate-master prod' });
    expect(parseCommand('rotate master(prod)')).toMatchObject({
      data: { said: 'master(prod)', nearest: 'rotate master' },
      meant: 'rotate master prod',
    });
    expect(parseCommand('status(prod test)')).toMatchObject({ word: 'wrong', code: 'too-many-words' });
    expect(parseCommand('status()')).toMatchObject({ meant: 'status' });
  });

  test('words in guillemets are read, with spaces inside or not', () => {
    for (const line of ['status « prod »', 'status »prod«', '« status prod »'])
      expect(parseCommand(line)).toEqual({ word: 'status', farm: 'prod' });
  });

  test.each([
    ['/ssis rotat-master', 'unknown-word', 'rotate-master'],
    ['/ssis rotat master', 'unknown-word', 'rotate-master'],
    ['/ssis rot', 'unknown-word', 'rotate-master'],
    ['/ssis statsu', 'unknown-word', 'status'],
    ['/ssis aprove prod-1', 'unknown-word', 'approve'],
    // A shared beginning counts for more than half a word of other letters: retire removes for good.
    ['rotieren', 'unknown-word', 'rotate-master'],
    ['rotation prod', 'unknown-word', 'rotate-master'],
    ['certificates', 'unknown-word', 'certs'],
    ['retiring', 'unknown-word', 'retire'],
    ['reconfigure', 'unknown-word', 'reconnect'],
    ['renew', 'unknown-word', 'rotate-master'],
    ['renew prod', 'unknown-word', 'rotate-master'],
    ['cancel prod-7', 'unknown-word', 'stop'],
    ['abort prod-7', 'unknown-word', 'stop'],
    ['halt prod-7', 'unknown-word', 'stop'],
    ['kill prod-7', 'unknown-word', 'stop'],
    ['停止 prod-7', 'unknown-word', 'stop'],
    ['revert prod-7', 'unknown-word', 'rollback'],
    ['undo prod-7', 'unknown-word', 'rollback'],
    ['reject prod-7', 'unknown-word', 'deny'],
    ['lgtm prod-7', 'unknown-word', 'approve'],
    ['批准 prod-7', 'unknown-word', 'approve'],
    ['thaw prod', 'unknown-word', 'unfreeze'],
    ['帮助', 'unknown-word', 'help'],
    ['轮换 prod', 'unknown-word', 'rotate-master'],
    // No courtesy is a dry run.
    ['please rotate-master', 'unknown-word', ''],
    ['plan renew', 'plan-what', 'plan rotate-master'],
    ['plan cancel', 'plan-what', ''],
    ['/ssis cert', 'unknown-word', 'certs'],
    ['/ssis runers', 'unknown-word', 'runners'],
    ['/ssis freze prod', 'unknown-word', 'freeze'],
    ['/ssis unfrez prod', 'unknown-word', 'unfreeze'],
    ['/ssis xyzzyxyzzy', 'unknown-word', ''],
    // It is a keyword of a request, and two edits away from any word of four letters.
    ['now', 'unknown-word', ''],
    ['blah', 'unknown-word', ''],
    ['lpan rotate-master', 'unknown-word', 'plan'],
    ['hlp', 'unknown-word', 'help'],
    ['help statsu', 'unknown-word', 'help status'],
    ['help xyzzyxyzzy', 'unknown-word', ''],
    ['reconect sqlw01 sqlw02', 'unknown-word', 'reconnect'],
    ['/ssis rotat-master because Yearly renewal', 'unknown-word', 'rotate-master'],
    ['/ssis plan reconect sqlw02', 'plan-what', 'plan reconnect'],
    ['plan rotat-worker all because Yearly renewal', 'plan-what', 'plan rotate-worker'],
    ['plan retir prod', 'plan-what', 'plan retire'],
    ['plan xyzzyxyzzy', 'plan-what', ''],
    ['plan review prod-7', 'plan-what', ''],
  ])('%j is wrong, and names the nearest right word', (line, code, near) => {
    expect(parseCommand(line)).toMatchObject({ word: 'wrong', code, data: { nearest: near } });
  });

  test.each([
    ['show', 'which-id'],
    ['review', 'which-id'],
    ['review prod-7 prod-8', 'too-many-words'],
    ['rotate-master prod test', 'too-many-words'],
    ['status because of rain', 'because-of-what'],
    [`rotate-master because ${'x'.repeat(501)}`, 'reason-too-long'],
    ['rotate-master because a\u0007b', 'reason-control-characters'],
    ['x'.repeat(3000), 'line-too-long'],
    [`rotate-master prod ${'x'.repeat(1900)}`, 'too-many-words'],
    ['plan stop prod-1', 'plan-what'],
    ['rotate-master prod in test', 'too-many-words'],
    ['rotate-worker', 'which-workers'],
    ['rotate-master leave behind', 'leave-whom'],
    ['retire leave behind sqlw99', 'leave-not-here'],
    ['rotate-master leave behind a;b', 'not-a-machine'],
    ['rotate-worker sqlw01 leave behind sqlw09', 'leave-not-here'],
    ['rotate-worker all compromised', 'compromised-all'],
    ['rotate-worker in prod', 'which-workers'],
    ['reconnect', 'reconnect-whom'],
    ['reconnect all', 'reconnect-whom'],
    ['reconnect in prod', 'reconnect-whom'],
    ['reconnect sqlw01 compromised', 'not-compromised'],
    ['reconnect sqlw01 leave behind sqlw09', 'leave-not-here'],
    ['rotate-worker all sqlw01', 'all-or-some'],
    ['rotate-worker sqlw01;shutdown', 'not-a-machine'],
    ['rotate-worker sqlw01,-f', 'not-a-machine'],
    ['rotate-worker sqlw01 in prod in test', 'too-many-words'],
  ])('%j is refused with a code', (line, code) => {
    expect(parseCommand(line)).toMatchObject({ word: 'wrong', code });
  });

  test.each([
    [
      'rotate_master compromised ticket CHG1 because The key was lost',
      'rotate-master compromised ticket CHG1 because The key was lost',
    ],
    ['rotat master in prod because of <x> & "y"', 'rotate-master in prod because of <x> & "y"'],
    ['rotate workers sqlw01', 'rotate-worker sqlw01'],
    ['rotate worker1 in prod', 'rotate-worker worker1 in prod'],
    ['rotat-master master', 'rotate-master master'],
    ['roll back prod-17', 'rollback prod-17'],
    ['freze prod until tomorrow because Year end', 'freeze prod until tomorrow because Year end'],
    ['plan reconect sqlw02 sqlw03', 'plan reconnect sqlw02 sqlw03'],
    ['aprove prod-17', 'approve prod-17'],
    ['help statsu', 'help status'],
    ['xyzzyxyzzy prod', undefined],
    ['rotate the master please', undefined],
    ['renew the certificate', undefined],
    ['shwo the card of prod-17', undefined],
    ['stp prod-17', 'stop prod-17'],
  ])('%j is offered as a whole line with its nearest word', (line, meant) => {
    const read = parseCommand(line);
    expect(read.word === 'wrong' ? read.meant : null).toBe(meant);
    if (meant !== undefined) expect(parseCommand(meant).word).not.toBe('wrong');
  });

  test('names a wrong word after help, and repeats no more of one than fits a line', () => {
    expect(parseCommand('help Statsu')).toMatchObject({ data: { said: 'Statsu', nearest: 'help status' } });
    expect(parseCommand(`rotate-master prod ${'x'.repeat(1900)}`)).toMatchObject({ data: { said: 'x'.repeat(60) } });
  });

  test.each([
    ['rotate-master prod becuase Yearly renewal', 'because REASON'],
    ['rotate-master prod reason Yearly renewal', 'because REASON'],
    ['rotate-master prod 因为年度续期', 'because REASON'],
    ['rotate-master prod on friday 22:00', 'at TIME'],
    ['rotate-master prod tomorrow 22:00', 'at TIME'],
    ['rotate-master prod without sqlw05', 'leave behind NAME'],
    ['rotate-master leave sqlw05', 'leave behind NAME'],
    ['rotate-master prod compromized', 'compromised'],
    ['rotate-master dry run', 'plan'],
    ['rotate-master prod 3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498', 'use THUMBPRINT'],
    ['rotate-master prod test', undefined],
    ['rotate-master prod stage', undefined],
    ['rotate-master prod reason:renewal', 'because REASON'],
    ['rotate-master prod Thurs 22:00', 'at TIME'],
    ['rotate-master prod CHG0030042', 'ticket TICKET'],
    ['rotate-master prod tikcet', undefined],
    ['rotate-master prod tiket', 'ticket TICKET'],
    // what a retire would refuse is not offered
    ['retire prod leave sqlw99', undefined],
    ['retire prod without sqlw99', undefined],
    ['retire prod 3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498', undefined],
    ['retire prod stolen', 'compromised'],
    ['retire prod CHG0030042', 'ticket TICKET'],
  ])('%j has a word too many, and names the one that may have been meant', (line, near) => {
    const read = parseCommand(line);
    expect(read).toMatchObject({ word: 'wrong', code: 'too-many-words' });
    expect(read.word === 'wrong' ? read.data.near : null).toBe(near);
  });

  test.each([
    ['leave', 'rotate-master', 'leave behind NAME'],
    ['leave', 'rollback', 'leave behind NAME'],
    ['leave', 'rotate-worker', ''],
    ['leave', 'reconnect', ''],
    ['stolen', 'rotate-worker', 'compromised'],
    ['stolen', 'reconnect', ''],
    ['thumbprint', 'rotate-master', 'use THUMBPRINT'],
    ['thumbprint', 'rotate-worker', ''],
    ['tomorrow', 'reconnect', 'at TIME'],
  ] as const)('%s after %s may have meant %j', (said, kind, meant) => {
    expect(wordMeant(said, kind)).toBe(meant);
  });

  test.each([
    ...['duesseldorf', 'causeway', 'reasonable', 'wegener', 'due-01', 'sincere', 'monitoring', 'montreal', 'friedrich'],
    ...['satellite', 'sunrise', 'thunder', 'fridge', 'wedding', 'tuesdale', 'chg01', 'req7', 'inc-12', 'changeover'],
    ...['rocket', 'wicket', 'onboarding', 'nextgen', 'skipton', 'planning', 'dryden', 'leaves', 'december'],
  ])('%s is a name that a farm or a machine may have: no word is offered for it', (name) => {
    expect(wordMeant(name, 'rotate-master')).toBe('');
    expect(parseCommand(`rotate-master ${name} quarterly renewal`)).toMatchObject({
      data: { word: 'rotate-master', said: 'quarterly renewal' },
    });
    expect(parseCommand(`rotate-master ${name} quarterly renewal`)).not.toHaveProperty('data.near');
  });

  test.each([
    ['`rotate-master prod because Yearly`', 'Yearly'],
    ['```\nrotate-master prod\nbecause Yearly\n```', 'Yearly'],
    ['<@U0BOT> `rotate-master prod because Yearly`', 'Yearly'],
    ['"rotate-master prod because Yearly"', 'Yearly'],
    ['“rotate-master prod because Yearly”', 'Yearly'],
    ['‘rotate-master prod because Yearly’', 'Yearly'],
    ["'rotate-master prod because Yearly'", 'Yearly'],
    ['「rotate-master prod because Yearly」', 'Yearly'],
    ['『rotate-master prod because Yearly』', 'Yearly'],
    ['«rotate-master prod because Yearly»', 'Yearly'],
    ['„rotate-master prod because Yearly“', 'Yearly'],
    ['「rotate-master」 prod because 「Yearly」', '「Yearly」'],
    ['‘rotate-master prod because it’s due’', 'it’s due'],
    ['‘rotate-master’ prod because ‘Yearly’', '‘Yearly’'],
    ['`rotate-master prod because "Yearly"`', '"Yearly"'],
    ['`rotate-master` prod because of `Yearly`', 'of `Yearly`'],
    ['“rotate-master” prod because “Yearly”', '“Yearly”'],
  ])('%j, pasted as code or in quotes, has the reason %j', (line, reason) => {
    expect(parseCommand(line)).toMatchObject({ word: 'request', farm: 'prod', reason });
  });

  test.each(['show #prod-17', 'show id #prod-17', 'stop #prod-17', 'approve #prod-17', 'review #prod-17'])(
    '%j names prod-17 without its sign',
    (line) => expect(parseCommand(line)).toMatchObject({ id: 'prod-17' }),
  );

  test('loses as many marks as bold and italics need, and no more', () => {
    const marks = '*'.repeat(10);
    expect(parseCommand('rotate-master ***prod***')).toMatchObject({ farm: 'prod' });
    expect(parseCommand(`rotate-master ${marks}prod${marks}`)).toMatchObject({ farm: '****prod****' });
  });

  test('is read or refused, never thrown, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => typeof parseCommand(line).word === 'string'),
    );
  });
});

describe('When a request is to begin, and its ticket', () => {
  const asked = (over: Partial<Wish>, more: object = {}) => ({
    word: 'request',
    farm: null,
    reason: '',
    dry: false,
    wish: { ...wish, ...over },
    ...more,
  });

  test.each([
    ['rotate-master now', asked({ when: { by: 'now' } })],
    ['rotate-master at now', asked({ when: { by: 'now' } })],
    ['rotate-master prod now', asked({ when: { by: 'now' } }, { farm: 'prod' })],
    ['rotate-master at next-window', asked({ when: { by: 'window' } })],
    ['rotate-master at next window in prod', asked({ when: { by: 'window' } }, { farm: 'prod' })],
    ['rotate-master at 18:00', asked({}, { at: '18:00' })],
    ['rotate-master at sat 22:00 prod', asked({}, { at: 'sat 22:00', farm: 'prod' })],
    ['rotate-master at sat 2200', asked({}, { at: 'sat 2200' })],
    ['rotate-master at sat 2200 prod', asked({}, { at: 'sat 2200', farm: 'prod' })],
    ['rotate-master at sat 1030 pm prod', asked({}, { at: 'sat 1030 pm', farm: 'prod' })],
    ['rotate-master at sat 1030pm prod', asked({}, { at: 'sat 1030pm', farm: 'prod' })],
    ['rotate-master at 1030pm prod', asked({}, { at: '1030pm', farm: 'prod' })],
    ['rotate-master at sat 1030 a.m. prod', asked({}, { at: 'sat 1030 a.m', farm: 'prod' })],
    ['rotate-master at sat 22:00 -05:00', asked({}, { at: 'sat 22:00 -05:00' })],
    ['rotate-master at 2026-12-24 18:00 \u221203:30 prod', asked({}, { at: '2026-12-24 18:00 -03:30', farm: 'prod' })],
    ['rotate-master at 周六22:00 prod', asked({}, { at: '周六22:00', farm: 'prod' })],
    ['rotate-master at 周六 22：00 prod', asked({}, { at: '周六 22:00', farm: 'prod' })],
    ['rotate-master at noon prod', asked({}, { at: 'noon', farm: 'prod' })],
    ['rotate-master at 下个窗口 prod', asked({ when: { by: 'window' } }, { farm: 'prod' })],
    ['rotate-master at tomorrow 08:00 prod', asked({}, { at: 'tomorrow 08:00', farm: 'prod' })],
    [
      'rotate-master at tomorrow 08:00 Europe/Berlin prod',
      asked({}, { at: 'tomorrow 08:00 Europe/Berlin', farm: 'prod' }),
    ],
    ['rotate-master at 08:00 Europe/Bonn in prod', asked({}, { at: '08:00 Europe/Bonn', farm: 'prod' })],
    ['rotate-master at 2026-12-24T18:00 UTC+8 prod', asked({}, { at: '2026-12-24T18:00 UTC+8', farm: 'prod' })],
    ['rotate-master at 3 days in prod', asked({}, { at: '3 days', farm: 'prod' })],
    ['rotate-master at in 3 days in prod', asked({}, { at: 'in 3 days', farm: 'prod' })],
    ['rotate-master prod at 3d', asked({}, { at: '3d', farm: 'prod' })],
    ['rotate-master at whenever you like in prod', asked({}, { at: 'whenever you like', farm: 'prod' })],
    ['rotate-master ticket CHG0012345', asked({ ticket: 'CHG0012345' })],
    [
      'rotate-master prod ticket CHG0012345 at 18:00 because at night ticket X',
      asked({ ticket: 'CHG0012345' }, { at: '18:00', farm: 'prod', reason: 'at night ticket X' }),
    ],
    ['rotate-master --ticket CHG1 --now', asked({ ticket: 'CHG1', when: { by: 'now' } })],
    ['plan rotate-master at 18:00', asked({}, { at: '18:00', dry: true })],
    ['rotate-master at', { word: 'wrong', code: 'at-what', data: { word: 'rotate-master' } }],
    ['rotate-master at in prod', { word: 'wrong', code: 'at-what', data: { word: 'rotate-master' } }],
    ['rotate-master ticket CHG1 now ticket CHG2', { word: 'wrong', code: 'ticket-twice', data: { said: 'CHG2' } }],
    ['rotate-master ticket CHG1 ticket CHG1', asked({ ticket: 'CHG1' })],
    ['rotate-master ticket', { word: 'wrong', code: 'ticket-what', data: { word: 'rotate-master' } }],
    ['rotate-master now at 18:00', { word: 'wrong', code: 'when-twice', data: { said: '18:00' } }],
    ['rotate-master at 18:00 now', { word: 'wrong', code: 'when-twice', data: { said: 'now' } }],
  ])('%j is read, with its time and its ticket', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  // What follows a keyword that takes a value is its value, whatever it looks like: no ticket may be read in half.
  test.each([
    ['rotate-master ticket in:1234', asked({ ticket: 'in:1234' })],
    ['rotate-master ticket at：5 prod', asked({ ticket: 'at:5' }, { farm: 'prod' })],
    ['rotate-master ticket use=AB', asked({ ticket: 'use=AB' })],
    ['rotate-master ticket=farm:prod', asked({ ticket: 'farm:prod' })],
    ['rotate-master ticket ticket:CHG1 in:prod', asked({ ticket: 'ticket:CHG1' }, { farm: 'prod' })],
    ['rotate-master at 18:00 in:prod', asked({}, { at: '18:00', farm: 'prod' })],
    ['rotate-master at:whenever ticket:CHG1', asked({ ticket: 'CHG1' }, { at: 'whenever' })],
    ['rotate-master at:18:00 in:prod', asked({}, { at: '18:00', farm: 'prod' })],
  ])('%j takes no value for a keyword', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test('a button keeps any ticket to the letter', () => {
    const word = fc.constantFrom('in', 'farm', 'at', 'Ticket', 'use', 'plan', 'now', 'CHG');
    const ticket = fc.tuple(word, fc.constantFrom(':', '=', '-'), fc.stringMatching(/^[A-Za-z0-9]{1,8}$/u));
    fc.assert(
      fc.property(fc.constantFrom(wish, ofWorkers('sqlw01'), plainWish('retire')), ticket, (of, parts) => {
        const full: Wish = { ...of, ticket: parts.join('') };
        expect(readRequest(requestWords(full))).toEqual({ farm: null, wish: full, dry: false });
      }),
    );
  });

  test('are kept by a button in words that can be read again', () => {
    const full: Wish = { ...wish, ticket: 'CHG0012345', when: { by: 'window' } };
    expect(readRequest(requestWords(full))).toEqual({ farm: null, wish: full, dry: false });
    const at = '2026-12-24T18:00:00.000Z';
    expect(readRequest(requestWords({ ...wish, when: { by: 'time', at } }))).toEqual({
      farm: null,
      wish,
      at,
      dry: false,
    });
    expect(parseWhen(at, { word: 'at', zone: 'Asia/Shanghai', now: Date.parse('2026-11-24'), limitDays: 90 })).toBe(
      Date.parse(at),
    );
  });
});

describe('A certificate that exists', () => {
  const DIGITS = '3BD91B1E4C6F279B8761F9FC5492FC4BF8EDA498';
  const pairs = DIGITS.toLowerCase().match(/../gu) ?? [];
  const use = { ...wish, use: DIGITS as Wish['use'] };
  const asked = (more: object = {}) => ({ word: 'request', farm: null, reason: '', dry: false, wish: use, ...more });

  test.each([
    ['as it is written in a file', `rotate-master use ${DIGITS}`, asked()],
    ['in lower case', `rotate-master use ${DIGITS.toLowerCase()}`, asked()],
    ['in pairs, as the certificate window shows it', `rotate-master use \u200e${pairs.join(' ')}`, asked()],
    ['with colons', `rotate-master use ${pairs.join(':')}`, asked()],
    ['with dashes', `rotate-master use ${pairs.join('-')}`, asked()],
    ['with long dashes', `rotate-master use ${pairs.join('\u2013')} prod`, asked({ farm: 'prod' })],
    ['with hidden marks all over', `rotate-master use \ufeff${pairs.join('\u00a0')}\u200f`, asked()],
    ['in two halves', `rotate-master use ${DIGITS.slice(0, 20)} ${DIGITS.slice(20)}`, asked()],
    ['with its label', `rotate-master use thumbprint ${DIGITS}`, asked()],
    ['as a flag', `rotate-master --use ${DIGITS} --farm prod`, asked({ farm: 'prod' })],
    ['before the farm', `rotate-master use ${pairs.join(' ')} prod`, asked({ farm: 'prod' })],
    ['before a farm of digits alone', `rotate-master use ${pairs.join(' ')} ab`, asked({ farm: 'ab' })],
    ['after the farm', `rotate-master prod use ${DIGITS} because Ours`, asked({ farm: 'prod', reason: 'Ours' })],
    ['twice with the same one', `rotate-master use ${DIGITS} use ${DIGITS}`, asked()],
    ['in a plan', `plan rotate-master use ${DIGITS}`, asked({ dry: true })],
    ['without a thumbprint', 'rotate-master use', wrongly('use-what', { word: 'rotate-master', said: '' })],
    ['by a name', 'rotate-master use contoso', wrongly('use-what', { word: 'rotate-master', said: 'contoso' })],
    [
      'without a thumbprint before a reason',
      'rotate-master use because Ours',
      wrongly('use-what', { word: 'rotate-master', said: '' }),
    ],
    [
      'with one digit too few',
      `rotate-master use ${DIGITS.slice(1)}`,
      wrongly('use-not-a-thumbprint', { said: DIGITS.slice(1), digits: 39 }),
    ],
    [
      'by its SHA-256',
      `rotate-master use ${DIGITS}${DIGITS.slice(16)}`,
      wrongly('use-not-a-thumbprint', { said: `${DIGITS}${DIGITS.slice(16, 36)}`, digits: 64 }),
    ],
    ...[' ', ':', '-', ''].map((between): [string, string, object] => [
      `by its SHA-256 in pairs with "${between}" between them`,
      `rotate-master use ${[...pairs, ...pairs.slice(8)].join(between)} prod because Ours`,
      wrongly('use-not-a-thumbprint', { said: expect.stringMatching(/^3b/u), digits: 64 }),
    ]),
    ['twice', `rotate-master use ${DIGITS} use ${'AB'.repeat(20)}`, wrongly('use-twice', { word: 'rotate-master' })],
    ['for workers', `rotate-worker all use ${DIGITS}`, wrongly('use-not-here', { word: 'rotate-worker' })],
    ['for a removal', `retire use ${DIGITS}`, wrongly('use-not-here', { word: 'retire' })],
  ])('is asked for %s', (_, line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test('is kept by a button in words that can be read again', () => {
    expect(readRequest(requestWords(use))).toEqual({ farm: null, wish: use, dry: false });
  });

  test('is read whatever stands between its digits', () => {
    const between = fc.stringMatching(/^[\s:\-\u200e\u200f\ufeff\u00a0\u202f]{0,3}$/u);
    fc.assert(
      fc.property(fc.array(between, { minLength: 40, maxLength: 40 }), (gaps) => {
        const said = [...DIGITS].map((digit, at) => `${digit}${gaps[at] ?? ''}`).join('');
        expect(parseCommand(`rotate-master use ${said}`)).toEqual(asked());
      }),
    );
  });

  function wrongly(code: string, data: object) {
    return { word: 'wrong', code, data };
  }
});

describe('A rollback', () => {
  const back = { ...wish, kind: 'rollback', of: 'prod-17' } as Wish;
  const asked = (more: object = {}) => ({ word: 'request', farm: 'prod', reason: '', dry: false, wish: back, ...more });

  test.each([
    ['rollback prod-17', asked()],
    [
      'roll back',
      { word: 'wrong', code: 'unknown-word', data: { said: 'roll', nearest: 'rollback' }, meant: 'rollback' },
    ],
    ['rollback PROD-17 because It fails', asked({ reason: 'It fails' })],
    ['rollback id prod-17', asked()],
    ['rollback prod-17 in prod', asked()],
    ['rollback prod-17 in PROD now', asked({ wish: { ...back, when: { by: 'now' } } })],
    ['plan rollback prod-17', asked({ dry: true })],
    ['rollback in-house-3', asked({ farm: 'in-house', wish: { ...back, of: 'in-house-3' } })],
    ['rollback', { word: 'wrong', code: 'rollback-what', data: { said: '' } }],
    ['rollback prod', { word: 'wrong', code: 'rollback-what', data: { said: 'prod' } }],
    ['rollback 17', { word: 'wrong', code: 'rollback-what', data: { said: '17' } }],
    ['rollback prod-17 in test', { word: 'wrong', code: 'rollback-other-farm', data: { id: 'prod-17', said: 'test' } }],
    [
      'rollback prod-17 prod-18',
      { word: 'wrong', code: 'too-many-words', data: { word: 'rollback', said: 'prod-18' } },
    ],
  ])('is read from %j', (line, wanted) => {
    expect(parseCommand(line)).toEqual(wanted);
  });

  test('is kept by a button as it was asked for, whatever it turned into', () => {
    const workers = ['sqlw01'] as unknown as Wish['workers'];
    const full: Wish = { ...wish, kind: 'rotate-worker', of: 'prod-17', workers, ticket: 'CHG1' };
    const kept = { farm: 'prod', wish: { ...back, ticket: 'CHG1' }, dry: false };
    expect(readRequest(requestWords(full))).toEqual(kept);
    expect(
      readRequest(requestWords({ ...kept.wish, kind: 'rotate-master', use: 'AB'.repeat(20) as Wish['use'] })),
    ).toEqual(kept);
  });
});

test('a button keeps a request in words that can be read again', () => {
  for (const one of [
    wish,
    { ...wish, leaveBehind: ['SQLW09', 'b'] },
    ofWorkers(),
    ofWorkers('sqlw01'),
    ofWorkers('sqlw02', 'sqlw01'),
  ]) {
    expect(readRequest(requestWords(one))).toEqual({ farm: null, wish: one, dry: false });
  }
  expect(readRequest('drop-database')).toMatchObject({ word: 'wrong', code: 'unknown-word' });
});

test('a word that is near to none has no nearest word', () => {
  expect(nearest('qqqqqqqq', ['status'])).toBe('');
});

test.each([
  ['resolve prod-17', []],
  ['resolve PROD-17 leave sqlw02', ['sqlw02']],
  ['resolve id prod-17 leave behind sqlw02, sqlw03', ['sqlw02', 'sqlw03']],
  ['resolve prod-17 leave sqlw02 and sqlw03', ['sqlw02', 'sqlw03']],
  ['resolve prod-17 leave sqlw02, sqlw03 &amp; sqlw04', ['sqlw02', 'sqlw03', 'sqlw04']],
  ['resolve prod-17 leave sqlw02,sqlw03', ['sqlw02', 'sqlw03']],
  ['resolve prod-17 leave sqlw02\u3001sqlw03 \u548c sqlw04', ['sqlw02', 'sqlw03', 'sqlw04']],
  ['resolve prod-17 leave-behind sqlw02', ['sqlw02']],
  ['resolve prod-17 leave and', ['and']],
  ['resolve prod-17 leave in', ['in']],
])('%s leaves exactly the machines that it names', (line, leave) => {
  expect(parseCommand(line)).toEqual({ word: 'resolve', id: 'prod-17', leave });
});

test.each([
  ['resolve', 'which-id'],
  ['resolve prod-17 now', 'too-many-words'],
  ['resolve prod-17 leave', 'leave-whom'],
  ['resolve prod-17 leave behind', 'leave-whom'],
  ['resolve prod-17 leave a/b', 'not-a-machine'],
  ['resolve prod-17 leave ,', 'leave-whom'],
  ['resolve prod-17 leave sqlw02 in prod', 'too-many-words'],
])('%s leaves nobody: %s', (line, code) => {
  expect(parseCommand(line)).toMatchObject({ word: 'wrong', code });
});
