import { isNamedIn, readersOf, replacersOf, usersOf, writersOf } from '../../../../adapters/windows/parse/sddl.ts';

const SERVICE = 'S-1-5-80-1014140700-3308905587-3330345912-272242898-93311788';

test.each([
  [
    'generic and file rights',
    `D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;${SERVICE})`,
    ['S-1-5-18', 'S-1-5-32-544', SERVICE],
  ],
  ['generic rights', 'D:(A;;GA;;;SY)(A;;GR;;;NS)(A;;GW;;;LS)', ['S-1-5-18', 'S-1-5-20']],
  ['a mask in hexadecimal', 'D:P(A;;0x1f01ff;;;LS)(A;;0x120089;;;NS)(A;;0x1;;;SU)', ['S-1-5-19', 'S-1-5-20']],
  ['an old key container', 'O:SYG:SYD:PAI(A;;0xd01f01ff;;;SY)(A;;0x80120089;;;NS)', ['S-1-5-18', 'S-1-5-20']],
  ['a mask in decimal', 'D:(A;;1179785;;;NS)', ['S-1-5-20']],
  ['rights spelled out', 'D:(A;;CCSWWPLORC;;;NS)(A;;CCSWLORC;;;LS)', ['S-1-5-19', 'S-1-5-20']],
  ['inherited entries', 'D:AI(A;ID;FA;;;SY)(A;OICIID;FR;;;BU)', ['S-1-5-18', 'S-1-5-32-545']],
  ['what only children inherit', 'D:(A;OICIIO;FA;;;NS)(A;;FA;;;SY)', ['S-1-5-18']],
  ['a deny that applies', `D:(D;;FR;;;${SERVICE})(A;;FA;;;SY)(A;;FR;;;${SERVICE})`, ['S-1-5-18']],
  ['a deny of writing, which does not apply', `D:(D;;DC;;;${SERVICE})(A;;FR;;;${SERVICE})`, [SERVICE]],
  ['a deny for everybody', 'D:(D;;GR;;;WD)(A;;FA;;;SY)', []],
  ['a condition that may not hold', 'D:(A;;FA;;;SY)(XA;;FR;;;NS;(Member_of {SID(BA)}))', ['S-1-5-18']],
  [
    'a nested condition, and what follows it',
    'D:PAI(A;;FA;;;SY)(XA;;FX;;;WD;((@User.a == 1) && (Member_of {SID(BA)})))(A;;FR;;;NS)',
    ['S-1-5-18', 'S-1-5-20'],
  ],
  ['a bracket in a text of a condition', 'D:(XA;;FR;;;NS;(@User.a == ")("))(A;;FA;;;SY)', ['S-1-5-18']],
  ['an entry in a text of a condition', 'D:(XA;;FR;;;NS;(@User.a == "))(A;;FR;;;LS)"))(A;;FA;;;SY)', ['S-1-5-18']],
  ['a deny of everything', 'D:(D;;GA;;;NS)(A;;FR;;;NS)(A;;FA;;;SY)', ['S-1-5-18']],
  ['a deny under a condition', 'D:(XD;;FR;;;NS;(@User.a == 1))(A;;FR;;;NS)(A;;FA;;;SY)', ['S-1-5-18']],
  ['no access control', 'D:NO_ACCESS_CONTROL', ['S-1-1-0']],
  ['an empty list', 'D:P', []],
  ['a SACL after it', 'D:(A;;FR;;;NS)S:AI(AU;SAFA;FA;;;WD)', ['S-1-5-20']],
  [
    'groups of newer versions',
    'D:(A;;FR;;;RM)(A;;FR;;;UD)(A;;FR;;;CD)',
    ['S-1-5-32-574', 'S-1-5-32-580', 'S-1-5-84-0-0-0-0-0'],
  ],
  ['an account of an unknown domain', 'D:(A;;FR;;;LA)', ['LA']],
])('%s', (_what, sddl, allowed) => {
  expect(readersOf(sddl).allowed).toEqual(allowed);
});

test('who is denied is reported', () => {
  expect(readersOf('D:(D;;FR;;;NS)(A;;FR;;;SY)').denied).toEqual(['S-1-5-20']);
});

test('whoever may write is seen after a conditional entry', () => {
  const sddl = 'D:PAI(A;OICI;FA;;;SY)(XA;;FX;;;WD;((@User.a == 1) && (Member_of {SID(BA)})))(A;OICI;FA;;;BU)';
  expect(writersOf(sddl)).toEqual(['S-1-5-18', 'S-1-5-32-545']);
});

test.each([
  'D:(A;;FA;;;SY) (A;;FA;;;BU)',
  'D:(A;;FA;;;SY)(A;;FA;;;BU',
  'D:X(A;;FA;;;BU)',
  '',
  'O:SYG:SY',
  'D:(A;;QQ;;;SY)',
  'D:(A;;F;;;SY)',
  'D:(A;;FR)',
  'D:(A;;x0x1f01ff;;;BU)',
  'D:(A;;0x1f01ffx;;;BU)',
  'D:(A;;0x1f01ff00f;;;BU)',
  'D:(A;;1179785x;;;BU)',
])('what cannot be read is an error and never "nobody": %j', (sddl) => {
  for (const read of [readersOf, writersOf, usersOf, replacersOf]) expect(() => read(sddl)).toThrow('AclUnreadable');
});

describe('who holds rights by an access list', () => {
  const HOLDERS = { writersOf, usersOf, replacersOf };

  test('everybody does where there is no list, and nobody is named', () => {
    for (const holdersOf of Object.values(HOLDERS)) expect(holdersOf('D:NO_ACCESS_CONTROL')).toEqual(['S-1-1-0']);
    expect(isNamedIn('D:NO_ACCESS_CONTROL', 'S-1-1-0')).toBe(false);
  });

  test.each([
    ['everything', '(A;;FA;;;BU)', ['writersOf', 'usersOf', 'replacersOf']],
    ['everything, under a condition', '(XA;;FA;;;BU;(@User.a == 1))', ['writersOf', 'usersOf', 'replacersOf']],
    ['everything, for what will be in it only', '(A;OICIIO;FA;;;BU)', ['writersOf', 'usersOf']],
    ['reading', '(A;;FR;;;BU)', ['usersOf']],
    ['reading by the generic right', '(A;;GR;;;BU)', ['usersOf']],
    ['everything, by a mask in capitals', '(A;;0X1F01FF;;;BU)', ['writersOf', 'usersOf', 'replacersOf']],
    ['writing', '(A;;FW;;;BU)', ['writersOf', 'usersOf']],
    ['writing by the generic right', '(A;;GW;;;BU)', ['writersOf', 'usersOf']],
    ['deleting', '(A;;SD;;;BU)', ['writersOf', 'usersOf', 'replacersOf']],
    ['running', '(A;;FX;;;BU)', []],
    ['nothing, who is denied', '(D;;FA;;;BU)', []],
    ['nothing, who is watched', '(AU;SAFA;FA;;;BU)', []],
    ['everything, in small letters', '(A;;FA;;;bu)', ['writersOf', 'usersOf', 'replacersOf']],
    ['everything, by a SID in small letters', '(A;;FA;;;s-1-5-32-545)', ['writersOf', 'usersOf', 'replacersOf']],
  ])('%s', (_what, entry, expected) => {
    const holding = Object.entries(HOLDERS).filter(([, holdersOf]) => holdersOf(`D:${entry}`).includes('S-1-5-32-545'));
    expect(holding.map(([name]) => name)).toEqual(expected);
  });

  test('are told once each and in order', () => {
    const twice = '(A;;FA;;;SY)(A;;FA;;;BA)(A;OICIIO;FA;;;SY)(A;;FA;;;AU)';
    expect(writersOf(`D:${twice}`)).toEqual(['S-1-5-11', 'S-1-5-18', 'S-1-5-32-544']);
    expect(readersOf('D:(D;;FR;;;SY)(D;;FR;;;AU)').denied).toEqual(['S-1-5-11', 'S-1-5-18']);
  });

  test.each([
    ['(A;;FR;;;BU)', true],
    ['(XA;;FR;;;BU;(@User.a == 1))', true],
    ['(A;ID;FR;;;BU)', false],
    ['(A;OICIID;FR;;;BU)', false],
    ['(D;;FR;;;BU)', false],
    ['(A;;FR;;;SY)', false],
  ])('an account is named by an entry of the object’s own that lets it in: %s', (entry, expected) => {
    expect(isNamedIn(`D:${entry}`, 'S-1-5-32-545')).toBe(expected);
  });
});
