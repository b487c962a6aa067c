import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { renderBlockKit } from '../../cards/block-kit.ts';
import type { Language } from '../../src/domain/farm/locale.ts';
import type { Json } from '../../src/domain/values.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { closedOtherwise } from './views.ts';

const KEY = `ed25519:${'5zY8uA5HL1-c_'.padEnd(43, 'x')}`;
const PEER = `sqlw02=${KEY}`;

const refused = (code: string, data: { readonly [name: string]: Json }): CardView =>
  ({
    ...closedOtherwise.refused,
    why: {
      id: 'why.refused',
      data: { code, host: 'sqlm01', data: { hosts: ['sqlm01'], ...data } },
    },
  }) as CardView;

/** All that people read on a card, without the characters that only keep text from being read as markup. */
function textsOf(card: unknown): string {
  if (typeof card === 'string') return `${card}\n`;
  if (typeof card !== 'object' || card === null) return '';
  return Object.values(card).map(textsOf).join('');
}
const inTeams = (view: CardView, language: Language): string =>
  textsOf(renderAdaptiveCard(view, 'other', language, 'UTC')).replace(/\\(?=[_\W])/gu, '');
const inSlack = (view: CardView, language: Language): string =>
  textsOf(renderBlockKit(view, 'other', { language, timeZone: 'UTC' }, [], 'whole'));

const MISSING = { makers: ['sqlw02'], other: [], peers: [PEER] };
const OTHER = { ...MISSING, other: ['sqlw02'] };
const MANY = { makers: ['sqlw01', 'sqlw02', 'sqlw03', 'sqlw04'], other: [], peers: [], hosts: ['sqlm01', 'sqlm02'] };
const MASTER = { found: 'sqlw09', wanted: 'sqlm01' };

const ROWS: readonly (readonly [string, string, { readonly [name: string]: Json }, Language, readonly string[]])[] = [
  ['no key', 'RunnerKeyNotPinned', MISSING, 'en', ['its runner pins no key of the runner of sqlw02', `--peer ${PEER}`]],
  ['no key', 'RunnerKeyNotPinned', MISSING, 'zh-CN', ['其 runner 未登记 sqlw02 的 runner 的密钥', `--peer ${PEER}`]],
  [
    'another key',
    'RunnerKeyNotPinned',
    OTHER,
    'en',
    ['pins another key of the runner of sqlw02 than the farm file has'],
  ],
  ['another key', 'RunnerKeyNotPinned', OTHER, 'zh-CN', ['所登记的 sqlw02 的 runner 密钥与服务器场配置文件不同']],
  ['many keys', 'RunnerKeyNotPinned', MANY, 'en', ['the runners of sqlm01 and sqlm02 pin', 'keys --farm-file FILE']],
  ['many keys', 'RunnerKeyNotPinned', MANY, 'zh-CN', ['sqlm01、sqlm02 的 runner', 'keys --farm-file FILE']],
  ['another master', 'MasterPinnedDiffers', MASTER, 'en', ['takes sqlw09 for', 'node runner.mjs keys --master sqlm01']],
  [
    'another master',
    'MasterPinnedDiffers',
    MASTER,
    'zh-CN',
    ['把 sqlw09 当作', 'node runner.mjs keys --master sqlm01'],
  ],
];

test.each(ROWS)(
  'of a runner that pins %s (%s, %j), the card in %s says what to type',
  (_what, code, data, language, said) => {
    for (const shown of [inTeams, inSlack]) {
      const card = shown(refused(code, data), language);
      for (const words of said) expect(card).toContain(words);
    }
  },
);
