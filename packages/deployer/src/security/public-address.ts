import { BlockList, isIP } from 'node:net';
import { madeLate } from '../made-late.ts';
import { withoutTrailing } from '../text/trim-end.ts';

/** `code` of the error when a name leads into a private network. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';

/** IPv4 ranges that are not the public internet. Source: IANA IPv4 Special-Purpose Address Registry. */
const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Public by number, but answered by the host of an Azure machine.
  ['168.63.129.16', 32],
];

/** Parts of 2000::/3 that are not the public internet. Source: IANA IPv6 Special-Purpose Address Registry. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** IPv4 inside IPv6: mapped, and translated by a network that has only IPv6 (RFC 6052). */
const CARRIES_V4: readonly (readonly [string, number])[] = [
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
];

/** Never reached, whoever allows it: the metadata services of clouds give credentials to whoever asks. */
const METADATA_V4: readonly (readonly [string, number])[] = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
];
const METADATA_V6: readonly (readonly [string, number])[] = [
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
];

/** Late: only health checks look at addresses. */
const lists = madeLate(() => ({
  v4: blockList('ipv4', SPECIAL_V4),
  v6: blockList('ipv6', SPECIAL_V6),
  globalV6: blockList('ipv6', [['2000::', 3]]),
  carriesV4: blockList('ipv6', CARRIES_V4),
  metadataV4: blockList('ipv4', METADATA_V4),
  metadataV6: blockList('ipv6', METADATA_V6),
}));

/** Names that mean this machine or its network. Source: RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's `.internal`. */
const LOCAL_SUFFIXES = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'home.arpa',
  'onion',
];

/**
 * Whether an IP address is one of the public internet: not this machine, not its network, not link-local, multicast or
 * reserved, and not such an address inside an IPv6 one. Text that is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  const plain = unscoped(address);
  const inner = innerV4(plain);
  if (inner !== null) return !lists().v4.check(inner, 'ipv4');
  return isIP(plain) === 6 && lists().globalV6.check(plain, 'ipv6') && !lists().v6.check(plain, 'ipv6');
}

/** Whether an IP address is link-local or known to serve a cloud's credentials. */
export function isMetadataAddress(address: string): boolean {
  const plain = unscoped(address);
  const inner = innerV4(plain);
  if (inner !== null) return lists().metadataV4.check(inner, 'ipv4');
  return isIP(plain) === 6 && lists().metadataV6.check(plain, 'ipv6');
}

/**
 * Host name of a URL, without brackets and trailing dots, lower case. `URL` has already turned the decimal, octal,
 * hexadecimal and short spellings of IPv4 into four numbers.
 */
export function plainHostname(url: URL): string {
  return withoutTrailing(url.hostname.replace(/^\[|\]$/g, ''), '.').toLowerCase();
}

/** Whether a name (not an address) can be one of the public internet: at least two labels, no local suffix. */
export function isPublicName(hostname: string): boolean {
  if (isIP(hostname) !== 0 || !hostname.includes('.')) return false;
  return !LOCAL_SUFFIXES.some((suffix) => hostname === suffix || hostname.endsWith(`.${suffix}`));
}

/** An IPv4 address itself, or the one inside an IPv6 address; null when there is none. */
function innerV4(address: string): string | null {
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6 || !lists().carriesV4.check(address, 'ipv6')) return null;
  // `URL` writes the last 32 bits as two groups of hexadecimal digits.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::').join(':0:').split(':');
  const [high, low] = groups.slice(-2).map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  if (high === undefined || low === undefined) return null;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function unscoped(address: string): string {
  return address.split('%')[0] ?? '';
}

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
