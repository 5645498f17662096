import { z } from 'zod';
import type { ReadClient } from './client/calls.ts';
import { path } from './client/path.ts';

/** Error numbers that say that there is no such database. Source: D1 look-up. */
const ABSENT = [7404, 7400];

const databaseShape = z.looseObject({ uuid: z.string().max(100) });

/** Id of the D1 database of that name; null when the account has none. Source: `GET d1/database/{name}`. */
export async function findDatabaseId(reader: ReadClient, name: string): Promise<string | null> {
  const found = await reader.find(
    {
      purpose: `look up D1 database ${name}`,
      path: path`/accounts/${reader.accountId}/d1/database/${name}`,
      shape: databaseShape,
    },
    ABSENT,
  );
  return found?.uuid ?? null;
}
