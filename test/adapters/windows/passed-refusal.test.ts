import fs from 'node:fs/promises';
import path from 'node:path';
import type { ToolResult, Tools } from '../../../adapters/windows/tools.ts';
import { readConnectionWitness } from '../../../adapters/windows/witness.ts';
import { speaking } from '../../../src/domain/machine/proof-roles.ts';
import { fakeClock } from './fake-context.ts';
import { contextOf, openLab } from './lab-host.ts';

const { lab, end } = await openLab({ workers: 1 });
afterAll(end);

const EARLIER = 'System.ServiceModel.EndpointNotFoundException: 没有终结点在侦听可以接受消息的 https://sqlm01:8391/。';
const IN_ENGLISH =
  'System.ServiceModel.EndpointNotFoundException: There was no endpoint listening at https://sqlm01:8391/ClusterManagement/ that could accept the message.';
const OF_A_PACKAGE = 'The request was aborted: Could not create SSL/TLS secure channel.';
const UNTRUSTED = '基础连接已经关闭: 未能为 SSL/TLS 安全通道建立信任关系。';
const FORBIDDEN_IN_ENGLISH = "The HTTP request was forbidden with client authentication scheme 'Anonymous'.";
const FORBIDDEN = 'HTTP 请求被客户端身份验证方案“Anonymous”禁止。';
const PORTS_STAY = (text: string): string => text;
const OTHER_PORT_LATER = (text: string, later: boolean): string =>
  later ? text.replace(/(TCP\s+\S+):\d+(\s+\S+:8391)/gu, '$1:1$2') : text;
const NO_PORT = (text: string): string => text.replace(/^.*:8391 .*$/gmu, '');

/** What a connected worker's machine shows after this log line, with netstat's output at first and later. */
async function witnessAfter(line: string, netstat: (text: string, later: boolean) => string, masterAnswers = true) {
  const context = contextOf(lab, 'sqlw01');
  const clock = fakeClock();
  const { pid } = lab.machine('sqlw01').scm.query(lab.machine('sqlw01').host.state.services[0] as never);
  const folder = context.paths.toFileSystem('C:\\Windows\\ServiceProfiles');
  const log = (await fs.readdir(folder, { recursive: true })).find((name) => name.endsWith('.log')) ?? '';
  await fs.appendFile(path.join(folder, log), `${new Date().toISOString()} Error: 0 : [${pid}] ${line}\r\n`);
  const run: Tools['run'] = async (tool, args, options): Promise<ToolResult> => {
    const result = await context.tools.run(tool, args, options);
    return tool === 'netstat' ? { ...result, text: netstat(result.text, clock.slept > 0) } : result;
  };
  const nobody = Object.fromEntries(Object.keys(context.connect).map((asked) => [asked, '127.0.0.1:1']));
  const connect = masterAnswers ? context.connect : nobody;
  const seen = await readConnectionWitness({ ...context, clock, connect, tools: { run } });
  return { ...seen, slept: clock.slept };
}

test.each([EARLIER, UNTRUSTED, IN_ENGLISH, OF_A_PACKAGE])(
  'a refusal in the log gives way to a connection that stays: %s',
  async (line) => {
    const seen = await witnessAfter(line, PORTS_STAY);
    expect(seen).toMatchObject({ log: { state: 'silent', line: expect.stringContaining(line) }, tcp: true });
    expect(speaking(seen)).toEqual(['tcp']);
  },
);

test.each([
  ['on another local port each time, as when it is refused again', EARLIER, OTHER_PORT_LATER, true],
  ['that HTTP keeps open after its answer', FORBIDDEN, PORTS_STAY, true],
  ['that HTTP keeps open after its answer in English', FORBIDDEN_IN_ENGLISH, PORTS_STAY, true],
  ['on another local port each time, in English', IN_ENGLISH, OTHER_PORT_LATER, true],
  ['to a master that answers nobody, as left by one that fell over', EARLIER, PORTS_STAY, false],
  ['that is not there', UNTRUSTED, NO_PORT, true],
])('a refusal is not outweighed by a connection %s', async (_, line, netstat, answers) => {
  const seen = await witnessAfter(line, netstat, answers);
  expect(seen).toMatchObject({
    log: { state: 'refused', line: expect.stringContaining(line) },
    tcp: netstat !== NO_PORT,
  });
  expect(speaking(seen)).toEqual([]);
});
