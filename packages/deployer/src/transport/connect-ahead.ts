import type { Agent } from 'node:http';
import { isIP, Socket } from 'node:net';

/** A connection that nobody took so soon is closed: its server would do so too, ms. */
const WAITS_MS = 4_000;

/**
 * Connects to a server before there is anything to ask, so that the first request finds the connection made. Nothing of a
 * request is sent; a connection that fails is as if it had not been tried.
 */
export function connectAhead(agent: Agent, url: URL): void {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const connect = agent.createConnection.bind(agent);
  const options = { host, port, ...(isIP(host) === 0 ? { servername: host } : {}) };
  const socket = connect(options);
  if (!(socket instanceof Socket)) return;
  socket.on('error', () => undefined).unref();
  const timer = setTimeout(() => {
    agent.createConnection = connect;
    socket.destroy();
  }, WAITS_MS).unref();
  agent.createConnection = (wanted, done) => {
    if (wanted.host !== host || Number(wanted.port) !== port || socket.destroyed)
      return connect(wanted, done);
    agent.createConnection = connect;
    clearTimeout(timer);
    return socket.ref();
  };
}
