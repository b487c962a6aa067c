import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { CertopsError } from '../../../src/domain/errors.ts';

const FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../fixtures/windows-output');

/** A recorded output as a Windows tool would have written it: with CRLF, unless told otherwise. */
export const recorded = (file: string): string => fs.readFileSync(path.join(FOLDER, file), 'utf8');

/** Lines that look like parts of what the tools print, in any order: closer to the edge than random characters. */
const PIECES = [
  '    IP:port                      : 0.0.0.0:8391',
  '    Hostname:port : sqlm01:8391',
  '    Certificate Hash             : 61d34f532da121bbab64723c4871e72c92f03735',
  '    Application ID               : {214124cd-d05b-4309-9af9-9caa44b2b74a}',
  '    Certificate Store Name       : MY',
  ' Extended Properties:',
  '    PropertyId                   : 0',
  '-------------------------',
  'HKEY_LOCAL_MACHINE\\SYSTEM\\X',
  '    AppId    REG_BINARY    00',
  '    DefaultFlags    REG_DWORD    0xzz',
  'SERVICE_NAME: X',
  '        TYPE               : 10  WIN32_OWN_PROCESS',
  '        STATE              : 9  RUNNING',
  '        STATE              : 4  RUNNING',
  '        PID                : 99999999999999999999',
  '[SC] X FAILED 99999:',
  '  TCP    1.2.3.4:5    :    x',
  'S-1-16-',
  '',
  '：',
  '::',
];

/** Garbage of all kinds. */
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 40 })), { maxLength: 14 })
    .map((l) => l.join('\n')),
);

/** Whatever comes in: an answer or a CertopsError, and nothing else. */
export function neverThrowsForeign(read: (text: string) => unknown): void {
  fc.assert(
    fc.property(garbage, (text) => {
      try {
        read(text);
      } catch (error) {
        if (!(error instanceof CertopsError)) throw error;
      }
    }),
    { numRuns: 400 },
  );
}
