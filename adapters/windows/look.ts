import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import type { HostLook, Problem } from '../../src/domain/machine/host-facts.ts';
import { accountNames } from '../../src/domain/machine/key-readers.ts';
import { instantOf } from '../../src/domain/time.ts';
import { readRootSummary } from './certificates/read.ts';
import type { WindowsContext } from './context.ts';
import { errnoOf } from './held-files.ts';
import { lookAtMaster } from './look-master.ts';
import { lookAtWorker } from './look-worker.ts';
import { programProblems } from './program.ts';
import { forget } from './remembered.ts';
import { findServices } from './services/discover.ts';
import { readSsisdb } from './ssisdb/read.ts';
import { openStateFolder } from './state-folder.ts';

/**
 * Everything a plan is made of, read in parallel since a chat waits for it. A fact that a plan rests on throws when it
 * cannot be read; one that only warns becomes a problem, and so does any obstacle that no fact shows. Obstacles that
 * facts show are judged by the plan. A role that this machine does not have is null.
 */
export async function look(context: WindowsContext): Promise<HostLook> {
  forget(context);
  const installed = await findServices(context);
  const problems: Problem[] = [];
  const [root, master, worker, ssisdb, program] = await Promise.all([
    readRootSummary(context),
    installed.master.length === 0 ? null : lookAtMaster(context, problems),
    installed.worker.length === 0 ? null : lookAtWorker(context, problems),
    installed.master.length === 0 ? null : readSsisdb(context, { hours: true }),
    programProblems(context),
    noteStopFile(context, problems),
    noteOpenFolder(context, problems),
  ]);
  if (master === null && worker === null) problems.push({ code: 'no-scale-out-service', data: {} });
  return {
    host: context.name,
    at: instantOf(context.clock.now()),
    version: context.version,
    systemRoot: context.systemRoot,
    root,
    master,
    worker,
    ssisdb,
    problems: inOrder([...problems, ...program]),
  };
}

async function noteStopFile(context: WindowsContext, problems: Problem[]): Promise<void> {
  // the second is what Explorer makes where it hides file extensions
  for (const name of ['STOP', 'STOP.txt']) {
    const file = path.join(context.stateFolder, name);
    const there = await fs.stat(file).then(
      () => true,
      (error: unknown) => errnoOf(error) !== 'ENOENT',
    );
    if (there) problems.push({ code: 'runner-paused', data: { file } });
  }
}

/**
 * With an open folder the runner would not start again, so it is reported while it runs; so is a folder that cannot be
 * checked.
 */
async function noteOpenFolder(context: WindowsContext, problems: Problem[]): Promise<void> {
  const open = await openStateFolder(context).catch((error: unknown) => {
    const folder = context.paths.toWindows(context.stateFolder);
    const reason = error instanceof CertopsError ? error.code : errnoOf(error);
    problems.push({ code: 'folder-not-read', data: { folder, error: reason } });
    return null;
  });
  if (open !== null)
    problems.push({ code: 'folder-open', data: { folder: open.folder, others: accountNames(open.others) } });
}

/** Problems arrive in any order, as they are read in parallel: two looks that show the same must be equal. */
const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems
    .map((problem) => ({ problem, key: `${problem.code} ${JSON.stringify(problem.data)}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ problem }) => problem);
