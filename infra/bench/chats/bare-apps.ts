import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication, type TurnContext } from 'botbuilder';
import { PasswordServiceClientCredentialFactory } from 'botframework-connector';
import { SLACK_PATH } from './wire.ts';

/** Longer than any pause of the bench: a request that had to reconnect would be an outlier among the samples. */
const KEPT_MS = 75_000;

export type BareKind = 'bare-bolt' | 'bare-cloud-adapter';

/** Environment variables that configure a bare app. */
export interface BareSettings {
  readonly BENCH_SLACK_TOKEN: string;
  readonly BENCH_SLACK_SECRET: string;
  readonly BENCH_SLACK_API: string;
  readonly BENCH_TEAMS_APP: string;
  readonly BENCH_TEAMS_PASSWORD: string;
  readonly BENCH_TEAMS_TENANT: string;
  readonly BENCH_TEAMS_OPENID: string;
}

/** Runs the library guide's smallest app in this process: prints its port, and exits when standard input ends. */
export async function serveBare(kind: BareKind, settings: BareSettings): Promise<void> {
  const server = kind === 'bare-bolt' ? await startBolt(settings) : await startCloudAdapter(settings);
  server.keepAliveTimeout = KEPT_MS;
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
  process.stdin.resume().once('end', () => process.exit(0));
}

async function startBolt(settings: BareSettings): Promise<Server> {
  const receiver = new HTTPReceiver({ signingSecret: settings.BENCH_SLACK_SECRET, endpoints: SLACK_PATH });
  const app = new App({
    receiver,
    token: settings.BENCH_SLACK_TOKEN,
    clientOptions: { slackApiUrl: settings.BENCH_SLACK_API },
  });
  app.command('/ssis', async ({ ack }) => {
    await ack();
  });
  return (await receiver.start({ port: 0, host: '127.0.0.1' })) as Server;
}

async function startCloudAdapter(settings: BareSettings): Promise<Server> {
  const { BENCH_TEAMS_APP: app, BENCH_TEAMS_PASSWORD: password, BENCH_TEAMS_TENANT: tenant } = settings;
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: app,
      MicrosoftAppTenantId: tenant,
      ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
      ToBotFromChannelOpenIdMetadataUrl: settings.BENCH_TEAMS_OPENID,
    },
    new PasswordServiceClientCredentialFactory(app, password, tenant),
  );
  const adapter = new CloudAdapter(authentication);
  const server = createServer((request, response) => {
    const { headers, method = '' } = request;
    void readJson(request).then((body) =>
      adapter.process({ body, headers, method }, responseFor(response), answerExecute),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Answers with a one-line card, the shortest answer that contains a card. */
async function answerExecute(context: TurnContext): Promise<void> {
  const value = { type: 'AdaptiveCard', version: '1.5', body: [{ type: 'TextBlock', text: 'Done.' }] };
  const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value };
  await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
}

/** The library calls methods that web frameworks add to a response. */
function responseFor(response: ServerResponse) {
  return {
    socket: response.socket,
    header: (name: string, value: unknown) => response.setHeader(name, String(value)),
    status: (code: number) => {
      response.statusCode = code;
    },
    send: (body: unknown) => {
      response.setHeader('content-type', 'application/json');
      response.write(JSON.stringify(body));
    },
    end: () => response.end(),
  };
}
