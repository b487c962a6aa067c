import { readersOf, writersOf } from '../../../../adapters/windows/parse/sddl.ts';

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
])('what cannot be read is an error and never "nobody": %j', (sddl) => {
  expect(() => readersOf(sddl)).toThrow('AclUnreadable');
});
