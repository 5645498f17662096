import { z } from 'zod';
import type { ReadClient } from './client/calls.ts';

/** An account that a token sees. */
export interface SeenAccount {
  readonly id: string;
  readonly name: string;
}

const accountsShape = z.array(z.looseObject({ id: z.string(), name: z.string() }));

/** The accounts that the token sees, fifty at most: more than one is too many for whoever asks. */
export function listAccounts(reader: ReadClient): Promise<readonly SeenAccount[]> {
  return reader.read({
    purpose: 'list the accounts of the token',
    path: '/accounts',
    query: { per_page: 50 },
    shape: accountsShape,
  });
}
