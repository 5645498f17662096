import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  br: createBrotliDecompress,
  gzip: createGunzip,
  'x-gzip': createGunzip,
};

/**
 * A body as it was before it was compressed; as it comes where the encoding is none that was offered. A body that breaks off
 * or is no such thing fails whoever reads it.
 */
export function decode(body: Readable, encoding: string): Readable {
  const make = DECODERS[encoding.trim().toLowerCase()];
  if (make === undefined) return body;
  // Whoever reads is told; before somebody does there is nobody to tell.
  return pipeline(body, make(), () => undefined).on('error', () => undefined);
}
