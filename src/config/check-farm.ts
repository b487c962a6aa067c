import { CHAT_RULES } from './check-chat.ts';
import { HOST_NOTES, HOST_RULES } from './check-hosts.ts';
import { NOTIFY_RULES } from './check-notify.ts';
import { PEOPLE_RULES } from './check-people.ts';
import { WHEN_RULES } from './check-when.ts';
import type { FarmFile } from './farm-schema.ts';
import type { FileFinding, Report } from './problem.ts';
import type { Rule } from './rule.ts';

const RULES: readonly Rule[] = [...HOST_RULES, ...PEOPLE_RULES, ...CHAT_RULES, ...WHEN_RULES, ...NOTIFY_RULES];

/**
 * Checks the parts of a farm file against each other. A rule is skipped when a part that it reads is malformed, so that
 * one pass reports every problem and no mere consequence of another one.
 */
export const checkFarm = (file: Partial<FarmFile>): readonly FileFinding[] => findingsBy(RULES, file);

/** What is allowed, but worth knowing. */
export const noteFarm = (file: FarmFile): readonly FileFinding[] => findingsBy(HOST_NOTES, file);

function findingsBy(rules: readonly Rule[], file: Partial<FarmFile>): readonly FileFinding[] {
  const findings: FileFinding[] = [];
  const report: Report = (path, code, found, allowed, at = 'value') =>
    findings.push({ path, at, code, found, allowed });
  for (const rule of rules) rule(file, report);
  return findings;
}
