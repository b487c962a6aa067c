import { SAYINGS } from '../../src/roots/sayings.ts';

const folder = 'C:\\ProgramData\\certops';
const said = (data: object): string => SAYINGS.FolderNotProtected?.say({ folder, ...data }) ?? '';

describe('A runner that does nothing for its folder is open says what to type', () => {
  test('against accounts that have rights of their own there, the one of a runner among them', () => {
    const others = ['S-1-5-21-1-2-3-1104', 'S-1-5-80-1-2-3-4-5'];
    expect(said({ others })).toMatch(/^S-1-5-21-1-2-3-1104, S-1-5-80-1-2-3-4-5 may write into C:/u);
    expect(said({ others })).toContain(`icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F"`);
    expect(said({ others })).toContain(`icacls "${folder}" /remove "*S-1-5-21-1-2-3-1104" "*S-1-5-80-1-2-3-4-5"`);
    expect(said({ others })).toContain('is in Administrators');
    // Whoever presses Continue in Explorer is given Full Control, of what lies there too (KB 950934).
    expect(said({ others })).toContain('Explorer');
  });

  test('of a link it names the link, and of icacls what that said', () => {
    expect(said({ link: 'temp' })).toContain('a link (temp)');
    expect(said({ code: 5, output: 'Access is denied.' })).toContain('exit code 5: Access is denied.');
    for (const data of [{ link: 'temp' }, { code: 5, output: '' }]) expect(said(data)).not.toContain('undefined');
  });
});
