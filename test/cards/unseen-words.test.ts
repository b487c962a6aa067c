import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { message, plan } from './views.ts';

/** The plan card of a farm whose packages cannot be seen. */
const drawn = (code: string, data: object, language: 'en' | 'zh-CN' = 'en'): string => {
  const why = message(`unseen.${code}`, { host: 'sqlm01', ...data });
  const packages = { figure: message('plan.packages-unseen'), below: message('plan.packages-unseen-below'), why };
  return JSON.stringify(renderAdaptiveCard({ ...plan, packages }, 'approver', language, 'UTC'));
};
const driver = (sentence: string): string => `Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : ${sentence}`;

describe.each(['en', 'zh-CN'] as const)('why packages cannot be seen, in %s', (language) => {
  test.each([
    ['login-refused', driver("Login failed for user 'CORP/SQLM01$'.."), "Login failed for user 'CORP/SQLM01$'"],
    [
      'no-catalog',
      "Msg 927, Level 14, State 2, Server SQLM01, Line 1\nDatabase 'SSISDB' cannot be opened. It is in the middle of a restore.",
      "Database 'SSISDB' cannot be opened. It is in the middle of a restore",
    ],
    [
      'server-away',
      'Sqlcmd: Fehler: Microsoft ODBC Driver 17 for SQL Server : TCP-Anbieter: Es ist kein Host bekannt.\n.',
      'TCP-Anbieter: Es ist kein Host bekannt',
    ],
    [
      'certificate-not-trusted',
      driver('SSL Provider: The target principal name is incorrect.\n.'),
      'SSL Provider: The target principal name is incorrect',
    ],
  ])(
    "%s is told in sqlcmd's own words too, which say more than a code shared by many causes",
    (code, output, words) => {
      const brackets = language === 'en' ? ['(', ')'] : ['（', '）'];
      expect(drawn(code, { output }, language)).toContain(brackets.join(words));
      expect(drawn(code, {}, language)).not.toMatch(/\(\)|（）|null|undefined/u);
    },
  );

  test('a long sentence is cut', () => {
    const card = drawn('no-catalog', { output: driver('x'.repeat(400)) }, language);
    expect(card).toContain(`${'x'.repeat(160)}…`);
    expect(card).not.toContain('x'.repeat(161));
  });
});

test('for a database that exists and is not open, the card says that it must be online and readable', () => {
  expect(drawn('no-catalog', {})).toContain('online and readable');
});

test('a sqlcmd that could not be run at all is named with the reason and what to do', () => {
  expect(drawn('sqlcmd-refused', { output: null, error: 'ToolOutputTooLong' })).toContain(
    'sqlcmd on sqlm01 says nothing (ToolOutputTooLong). Run it there by hand.',
  );
});
