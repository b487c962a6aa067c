/** Loaded before the test client, which would listen on every address of the machine: here it listens on loopback. */
const { Server } = require('node:net');

const { listen } = Server.prototype;
const LOOPBACK = '127.0.0.1';

Server.prototype.listen = function listenOnLoopback(first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first) {
    return listen.call(this, { ...first, host: LOOPBACK }, ...rest);
  }
  const isPort = typeof first === 'number' || /^\d+$/.test(String(first));
  if (!isPort) return listen.call(this, first, ...rest);
  return listen.call(this, first, LOOPBACK, ...(typeof rest[0] === 'string' ? rest.slice(1) : rest));
};
