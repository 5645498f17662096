import type { Agent } from 'node:http';
import { isIP, Socket } from 'node:net';

/** A connection that nobody took so soon is closed: its server would do so too, ms. */
const WAITS_MS = 4_000;

/**
 * Connects to a server before there is anything to ask, so that the first request finds the connection made. Nothing of a
 * request is sent; a connection that fails is as if it had not been tried, and one is taken by one request only.
 */
export function connectAhead(agent: Agent, url: URL): void {
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const connect = agent.createConnection.bind(agent);
  const options = { host, port, ...(isIP(host) === 0 ? { servername: host } : {}) };
  const socket = connect(options);
  if (!(socket instanceof Socket)) return;
  socket.on('error', () => undefined).unref();
  const timer = setTimeout(() => socket.destroy(), WAITS_MS).unref();
  let taken = false;
  // Stays where it is: what stood there when it came may be another one of these, which was taken since.
  agent.createConnection = (wanted, done) => {
    if (taken || wanted.host !== host || Number(wanted.port) !== port || socket.destroyed)
      return connect(wanted, done);
    taken = true;
    clearTimeout(timer);
    return socket.ref();
  };
}
