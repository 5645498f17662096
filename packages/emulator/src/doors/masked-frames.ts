import { Duplex, Transform } from 'node:stream';

/**
 * A connection whose incoming WebSocket frames are all masked. The protocol demands that of clients, and `ws` ends those
 * that do not obey; wrangler's tail sends its first message unmasked, which Cloudflare takes. So a frame without a mask
 * gets the one that changes nothing, four zeros. Everything else about a frame is for `ws` to judge.
 */
export function withMaskedFrames(socket: Duplex, head: Buffer): Duplex {
  const incoming = socket.pipe(maskFrames());
  const joined = new Duplex({
    read: () => void incoming.resume(),
    write: (chunk, encoding, done) => void socket.write(chunk, encoding, () => done()),
    final: (done) => void socket.end(() => done()),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  incoming.pause();
  incoming.on('data', (chunk: Buffer) => {
    if (!joined.push(chunk)) incoming.pause();
  });
  incoming.once('end', () => joined.push(null));
  socket.once('close', () => joined.destroy());
  if (head.length > 0) socket.unshift(head);
  return joined;
}

const MASKED = 0x80;
const NO_MASK = Buffer.alloc(4);

/** Passes frames through. Reads no more of a frame than its length and whether it is masked. */
function maskFrames(): Transform {
  let header = Buffer.alloc(0);
  /** Bytes of the frame that are yet to come. */
  let left = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      while (rest.length > 0) {
        if (left > 0) {
          const passed = rest.subarray(0, Math.min(left, rest.length));
          this.push(passed);
          left -= passed.length;
          rest = rest.subarray(passed.length);
          continue;
        }
        header = Buffer.concat([header, rest.subarray(0, 1)]);
        rest = rest.subarray(1);
        const length = payloadLength(header);
        if (length === null) continue;
        const masked = ((header[1] ?? 0) & MASKED) !== 0;
        header[1] = (header[1] ?? 0) | MASKED;
        this.push(masked ? header : Buffer.concat([header, NO_MASK]));
        left = length + (masked ? NO_MASK.length : 0);
        header = Buffer.alloc(0);
      }
      done();
    },
  });
}

/** Payload bytes a frame announces, or null while its header is not complete. Source: RFC 6455, section 5.2. */
function payloadLength(header: Buffer): number | null {
  const short = (header[1] ?? 0) & 0x7f;
  if (header.length < 2) return null;
  if (short < 126) return short;
  if (short === 126) return header.length < 4 ? null : header.readUInt16BE(2);
  return header.length < 10 ? null : Number(header.readBigUInt64BE(2));
}
