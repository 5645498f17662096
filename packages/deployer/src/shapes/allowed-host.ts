import { isMetadataAddress, plainHostname } from '../security/public-address.ts';

/** A host that the project lets health checks ask. */
export interface AllowedHost {
  readonly protocol: 'http:' | 'https:';
  /** Lower case, without brackets. */
  readonly hostname: string;
  /** Also every name below it, then not the name itself. */
  readonly wildcard: boolean;
  /** Empty: the protocol's own. */
  readonly port: string;
}

const ENTRY = /^(https?:\/\/)?(\*\.)?([^\s/?#@\\*]{1,260})$/i;

/**
 * Reads an entry of `healthHosts`: `status.example.com`, `*.example.com`, `status.example.com:8443`, with `http://` before
 * it where there is no https, or an address. Null when it is none of these, or a metadata address.
 */
export function parseAllowedHost(entry: string): AllowedHost | null {
  const [, scheme = 'https://', star, rest = ''] = ENTRY.exec(entry) ?? [];
  const text = `${scheme.toLowerCase()}${rest}`;
  if (rest === '' || !URL.canParse(text)) return null;
  const url = new URL(text);
  const hostname = plainHostname(url);
  if (hostname === '' || isMetadataAddress(hostname)) return null;
  return {
    protocol: url.protocol === 'http:' ? 'http:' : 'https:',
    hostname,
    wildcard: star !== undefined,
    port: url.port,
  };
}

/** Whether an allowed host is the one of this URL: protocol, name and port. */
export function isAllowedBy(allowed: AllowedHost, url: URL): boolean {
  const hostname = plainHostname(url);
  return (
    allowed.protocol === url.protocol &&
    allowed.port === url.port &&
    (allowed.wildcard ? hostname.endsWith(`.${allowed.hostname}`) : hostname === allowed.hostname)
  );
}
