import type { SharedOptions } from 'miniflare';
import type { Readable } from 'node:stream';
import { QUIET_LOG } from './quiet-log.ts';

/**
 * Options every miniflare instance of ours has: loopback only, nothing printed, and a fixed `request.cf`, so that none
 * is downloaded.
 * @param onOutput Gets what workerd writes to its own output, in pieces.
 */
export function quietOptions(onOutput: (text: string) => void = () => undefined): SharedOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    cf: { ...CF },
    log: QUIET_LOG,
    logRequests: false,
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      for (const stream of [stdout, stderr]) stream.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
    },
  };
}

/** `request.cf` of every request: one visitor in Austin, Texas, the same every time. */
const CF = {
  asOrganization: 'Cloudflare',
  asn: 395747,
  city: 'Austin',
  clientAcceptEncoding: 'gzip, deflate, br',
  clientTcpRtt: 14,
  colo: 'DFW',
  continent: 'NA',
  country: 'US',
  edgeRequestKeepAliveStatus: 1,
  httpProtocol: 'HTTP/1.1',
  latitude: '30.27130',
  longitude: '-97.74260',
  metroCode: '635',
  postalCode: '78701',
  region: 'Texas',
  regionCode: 'TX',
  requestPriority: 'weight=192;exclusive=0',
  timezone: 'America/Chicago',
  tlsCipher: 'AEAD-AES128-GCM-SHA256',
  tlsVersion: 'TLSv1.3',
} as const;
