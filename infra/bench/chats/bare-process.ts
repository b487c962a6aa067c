import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { APP, PASSWORD, TENANT } from '../../../test/fakes/teams/service.ts';
import type { BareKind, BareSettings } from './bare-apps.ts';
import { type Platforms, SIGNING_SECRET } from './platforms.ts';

interface BareApp {
  readonly url: string;
  end(): Promise<void>;
}

/**
 * Starts a bare app in its own process, from the same kind of bundle as the bot. Rejects if it exits before it listens.
 */
export async function startBare(kind: BareKind, { slack, teams }: Platforms): Promise<BareApp> {
  const settings: BareSettings = {
    BENCH_SLACK_TOKEN: slack.token,
    BENCH_SLACK_SECRET: SIGNING_SECRET,
    BENCH_SLACK_API: slack.apiUrl,
    BENCH_TEAMS_APP: APP,
    BENCH_TEAMS_PASSWORD: PASSWORD,
    BENCH_TEAMS_TENANT: TENANT,
    BENCH_TEAMS_OPENID: teams.openIdMetadata,
  };
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...settings },
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${kind} ended with ${code}`);
  });
  gone.catch(() => {});
  const [port] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), gone])) as string[];
  return {
    url: `http://127.0.0.1:${port}`,
    end: async () => {
      child.stdin.end();
      await gone.catch(() => {});
    },
  };
}
