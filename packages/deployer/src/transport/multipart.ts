import { randomBytes } from 'node:crypto';

/** One part of a form. */
export interface FormPart {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Of a part that is a file; its file name is the part's name. Undefined: a plain field. */
  readonly contentType?: string;
}

/** What is sent, and as what. */
export interface EncodedBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Null: the call says so itself, or nothing needs to be said. */
  readonly contentType: string | null;
}

/**
 * A form as bytes, in one piece: it is in memory anyway, and an attempt that is repeated makes it afresh.
 * Source: RFC 7578; characters of names as browsers escape them (HTML standard, "multipart/form-data encoding algorithm").
 */
export function encodeForm(parts: readonly FormPart[]): EncodedBody {
  const boundary = `----cf-deploy-${randomBytes(16).toString('hex')}`;
  const pieces = parts.flatMap(({ name, content, contentType }) => [
    Buffer.from(`--${boundary}\r\n${disposition(name, contentType)}\r\n\r\n`),
    typeof content === 'string' ? Buffer.from(content) : content,
    Buffer.from('\r\n'),
  ]);
  return {
    bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

function disposition(name: string, contentType: string | undefined): string {
  const escaped = name.replaceAll(/\r\n|\r|\n|"/g, (found) => encodeURIComponent(found));
  const field = `Content-Disposition: form-data; name="${escaped}"`;
  if (contentType === undefined) return field;
  return `${field}; filename="${escaped}"\r\nContent-Type: ${contentType || 'application/octet-stream'}`;
}
