import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * The worker thread of the embedded Redis. Plain JavaScript: Node 20 cannot run TypeScript in a thread. The library's
 * own `listen` binds every interface, so the server is put together here and bound to the loopback.
 */
const require = createRequire(import.meta.url);
const {
  createRedisCommandExecutor,
  RedisServerState,
  Resp2Server,
  resolveCompatibilityProfile,
} = require('js-redis-server/core');

const compatibility = resolveCompatibilityProfile(undefined);
const state = new RedisServerState({ databaseCount: 1, requirepass: workerData.password, compatibility });
const { server } = new Resp2Server({
  server: state,
  executor: createRedisCommandExecutor({ compatibility }),
  logger: { error: () => {} },
});
server.on('error', (error) => parentPort.postMessage({ failed: error.code ?? 'unknown' }));
server.listen({ host: '127.0.0.1', port: 0 }, () => parentPort.postMessage({ port: server.address().port }));
