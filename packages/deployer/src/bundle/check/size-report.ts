import type { Finding } from '../../findings/finding.ts';
import type { Bundle } from '../bundle.ts';
import { BUNDLE_LIMITS } from './limits.ts';

/** Inputs named when a bundle is too large. */
const INPUTS_NAMED = 10;

/** Findings about the size of a bundle: an error over the limit, a warning close to it; none below. */
export function checkSize(bundle: Bundle): Finding[] {
  const share = bundle.size.raw / BUNDLE_LIMITS.bytes;
  if (share <= BUNDLE_LIMITS.warnAbove) return [];
  const over = share > 1;
  return [
    {
      severity: over ? 'error' : 'warning',
      code: 'bundle-size',
      path: 'main',
      message:
        `The Worker has ${sizeText(bundle.size)}; Cloudflare takes up to ${formatBytes(BUNDLE_LIMITS.bytes)}` +
        `${over ? '' : `, and this is ${Math.floor(share * 100)} % of it`}. Largest inputs:\n${largestInputs(bundle).join('\n')}`,
      hint: 'Set "minify": true, drop or replace a large package, or move data into KV, R2 or static assets.',
    },
  ];
}

/** The largest inputs, one line each. */
export function largestInputs(bundle: Bundle): string[] {
  return bundle.inputs
    .slice(0, INPUTS_NAMED)
    .map(({ path, bytes }) => `  ${formatBytes(bytes).padStart(11)}  ${path}`);
}

/** `812.40 KiB (gzip 190.11 KiB)`. */
export function sizeText({ raw, gzip }: Bundle['size']): string {
  return `${formatBytes(raw)} (gzip ${formatBytes(gzip)})`;
}

/** Bytes in KiB, or MiB from one on, with two decimals. */
export function formatBytes(bytes: number): string {
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(2)} KiB` : `${(kibibytes / 1024).toFixed(2)} MiB`;
}
