import { createHash } from 'node:crypto';
import { SignJWT, jwtVerify } from 'jose';
import type { Clock } from './clock.ts';

/** What an asset JWT says: an upload session (`upload`), or all files of one are there (`complete`). */
export interface AssetClaims {
  use: 'upload' | 'complete';
  session: string;
  account: string;
}

/** Signs and reads the JWTs of static asset uploads. They live one hour of the emulator's clock. */
export interface AssetTokens {
  sign(claims: AssetClaims): Promise<string>;
  /** Null when the token is not ours, is damaged, or is too old. */
  read(token: string): Promise<AssetClaims | null>;
}

const LIFETIME_SECONDS = 3600;

/** @param secret Any text; tokens survive a restart when it stays the same. */
export function createAssetTokens(secret: string, clock: Clock): AssetTokens {
  const key = createHash('sha256').update(`asset-tokens:${secret}`).digest();
  return {
    sign: async (claims) => {
      const now = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuedAt(now)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(key);
    },
    read: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, { currentDate: clock.now(), algorithms: ['HS256'] });
        const { use, session, account } = payload;
        if (use !== 'upload' && use !== 'complete') return null;
        if (typeof session !== 'string' || typeof account !== 'string') return null;
        return { use, session, account };
      } catch {
        return null;
      }
    },
  };
}
