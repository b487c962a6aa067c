import { type Said, said } from './tool.ts';

export interface CertutilCall {
  readonly verb: string;
  readonly args: readonly string[];
  readonly force: boolean;
  readonly user: boolean;
  readonly password: string | null;
  readonly provider: string | null;
}

const WITH_VALUE = ['-p', '-csp', '-t', '-config', '-dc'];
const FLAGS = ['-f', '-user', '-silent', '-unicode', '-v', '-gmt', '-seconds', '-enterprise', '-grouppolicy'];

/** Options come before the verb, as certutil wants them. */
export function readCall(args: readonly string[]): CertutilCall {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const rest: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const lower = word.toLowerCase().replace(/^\//u, '-');
    if (rest.length === 0 && WITH_VALUE.includes(lower)) {
      values.set(lower, args[index + 1] ?? '');
      index += 1;
    } else if (rest.length === 0 && FLAGS.includes(lower)) flags.add(lower);
    else rest.push(word);
  }
  return {
    verb: rest[0] ?? '',
    args: rest.slice(1),
    force: flags.has('-f'),
    user: flags.has('-user'),
    password: values.get('-p') ?? null,
    provider: values.get('-csp') ?? null,
  };
}

export const completed = (verb: string): string => `CertUtil: ${spelled(verb)} command completed successfully.\n`;

/** HRESULTs end up as the exit code; a caller that sees one byte of it sees 17 for 0x80090011. */
export function failed(verb: string, code: number, name: string, sentence: string): Said {
  const hex = `0x${code.toString(16)}`;
  return said(code, `CertUtil: ${spelled(verb)} command FAILED: ${hex} (${name})\nCertUtil: ${sentence}\n`);
}

const spelled = (verb: string): string =>
  verb.toLowerCase() === '-importpfx' ? '-importPFX' : `-${verb.slice(1).toLowerCase()}`;

export const diskFull = (verb: string): Said =>
  failed(verb, 0x80070070, 'WIN32: 112 ERROR_DISK_FULL', 'There is not enough space on the disk.');
export const noPath = (verb: string): Said =>
  failed(verb, 0x80070003, 'WIN32: 3 ERROR_PATH_NOT_FOUND', 'The system cannot find the path specified.');
