import { z } from 'zod';

const claimsSchema = z.object({
  exp: z.number().optional(),
  wrangler_single_asset_uploads: z.boolean().optional(),
  edge_kv_upload_concurrency: z.number().int().positive().optional(),
});

/** What a session's token says about how to upload. */
export interface SessionClaims {
  /** One request per file. */
  readonly singleFiles: boolean;
  /** Requests at once in that mode, when the session says. */
  readonly concurrency: number | null;
  /** Milliseconds since 1970, or null when it does not say. */
  readonly expiresAt: number | null;
}

/** Reads the claims of a session token. It is not verified: the API does that. An unreadable one claims nothing. */
export function sessionClaims(jwt: string): SessionClaims {
  const claims = claimsSchema.safeParse(payload(jwt)).data ?? {};
  return {
    singleFiles: claims.wrangler_single_asset_uploads ?? false,
    concurrency: claims.edge_kv_upload_concurrency ?? null,
    expiresAt: claims.exp === undefined ? null : claims.exp * 1000,
  };
}

function payload(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as unknown;
  } catch {
    return null;
  }
}
