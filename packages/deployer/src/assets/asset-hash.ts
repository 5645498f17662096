import path from 'node:path';
import { blake3 } from '@noble/hashes/blake3.js';

/** Hex characters of a hash in a manifest. */
const LENGTH = 32;

/**
 * Hash of an asset as Cloudflare's own tools compute it, so that files they uploaded are not sent again: BLAKE3 over the
 * base64 of the content followed by the extension without its dot. The extension counts because the same bytes under
 * another one are served with another content type.
 *
 * @param salt in a dispatch namespace, whose Workers share files by their hashes: what tells this Worker from the others.
 * Cloudflare takes a hash as it is given. '': none
 * @see https://developers.cloudflare.com/cloudflare-for-platforms/workers-for-platforms/configuration/static-assets/
 */
export function assetHash(content: Uint8Array, file: string, salt: string): string {
  const extension = path.extname(file).slice(1);
  const before = salt === '' ? '' : `${salt}\n`;
  const input = Buffer.from(before + Buffer.from(content).toString('base64') + extension);
  return Buffer.from(blake3(input)).toString('hex').slice(0, LENGTH);
}
