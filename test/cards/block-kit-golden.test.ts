import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderBlockKit } from '../../cards/block-kit.ts';
import {
  askModal,
  changesModal,
  denyModal,
  reviewModal,
  snoozeModal,
  stepsModal,
} from '../../cards/block-kit-modals.ts';
import type { Locale } from '../../src/domain/farm/locale.ts';
import type { Mentioned } from '../../src/domain/views/person-ref.ts';
import type { CardView, Reader } from '../../src/domain/views/view.ts';
import { ASKS, message, plan, reminder, running, VIEWS } from './views.ts';

/** UPDATE_GOLDEN=true writes the files again; a reviewer reads the difference. */
const FOLDER = path.join(process.cwd(), 'test/golden/blocks');
const UPDATE = process.env.UPDATE_GOLDEN === 'true';

/** Slack writes times in each reader's zone; the text for clients that cannot is in the channel's zone. */
const LOCALES: readonly Locale[] = [
  { language: 'en', timeZone: 'UTC' },
  { language: 'zh-CN', timeZone: 'Asia/Shanghai' },
];

const OTHERS: readonly [string, Reader][] = [
  ['plan', 'requester'],
  ['plan', 'other'],
  ['plan-waiting', 'other'],
  ['running', 'other'],
  ['needs-person-asked', 'requester'],
  ['needs-person', 'other'],
  ['retire', 'requester'],
  ['reconnect', 'requester'],
];

const CALLED: readonly Mentioned[] = [
  { id: 'tom', name: 'Tom Becker', account: 'U03TOMBECKER' },
  { id: 'wei', name: 'Wei Zhang', account: 'U04WEIZHANG' },
];

const FARMS = ['prod', 'test'].map((farm) => ({
  name: farm,
  line: message('summary.farm', { farm, host: 'sqlm01', role: 'master', days: 14, notAfter: plan.old?.notAfter ?? '' }),
}));

const card =
  (name: string, reader: Reader, mention: readonly Mentioned[] = []) =>
  (locale: Locale) =>
    renderBlockKit(VIEWS[name] as CardView, reader, locale, mention, 'whole');

const DRAWN: { readonly [name: string]: (locale: Locale) => object } = {
  ...Object.fromEntries(Object.keys(VIEWS).map((name) => [name, card(name, 'approver')])),
  ...Object.fromEntries(OTHERS.map(([name, reader]) => [`${name}.${reader}`, card(name, reader)])),
  'plan.posted': card('plan', 'approver', CALLED),
  'modal-ask': (locale) =>
    askModal(
      {
        request: 'rotate-master',
        what: 'rotate-master',
        farms: FARMS,
        farm: reminder.farm,
        fields: ASKS,
        reason: 'Yearly renewal',
      },
      locale,
    ),
  'modal-changes': (locale) => changesModal(plan, locale),
  'modal-deny': (locale) => denyModal({ id: plan.id, farm: plan.farm, digest: plan.digest }, locale),
  'modal-review': (locale) => reviewModal({ id: plan.id, farm: plan.farm }, locale),
  'modal-snooze': (locale) => snoozeModal(reminder, locale),
  'modal-steps': (locale) => stepsModal(running, locale),
};

const CASES = Object.keys(DRAWN).flatMap((name) =>
  LOCALES.map((locale): [string, string, Locale] => [
    locale.language === 'en' ? name : `${name}.${locale.language}`,
    name,
    locale,
  ]),
);

if (UPDATE) mkdirSync(FOLDER, { recursive: true });

test.each(CASES)('%s is drawn as its golden file says', (file, name, locale) => {
  const drawn = `${JSON.stringify(DRAWN[name]?.(locale), null, 2)}\n`;
  const golden = path.join(FOLDER, `${file}.json`);
  if (UPDATE) writeFileSync(golden, drawn);
  expect(drawn).toBe(readFileSync(golden, 'utf8'));
});

test('no golden file is left over', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(CASES.map(([file]) => `${file}.json`).sort());
});
