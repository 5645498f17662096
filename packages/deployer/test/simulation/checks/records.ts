import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordSchema, type DeploymentRecord } from '../../../src/records/record.ts';
import type { Command } from '../life.ts';
import { SECRET_MARK } from '../wanted.ts';

/** Names of the records of a project. */
export async function recordNames(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, 'deployments')).catch(() => []);
  return names.filter((name) => name.endsWith('.json'));
}

/** Every record is whole, says what the result said, and holds no secret. */
export async function checkRecords(
  root: string,
  { result, died, kind }: Command,
): Promise<readonly string[]> {
  const folder = join(root, 'deployments');
  const names = await recordNames(root);
  const wrong: string[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    const record = wholeRecord(text);
    if (text.includes(SECRET_MARK)) wrong.push(`a secret is in ${name}`);
    if (record === null) wrong.push(`record ${name} is not whole`);
    else if (record.status === 'running' && !died && result !== null && kind !== 'put-secret') {
      wrong.push(`record ${name} says that it still runs`);
    } else if (result?.record?.endsWith(name) === true && record.endState !== result.endState) {
      wrong.push(`record ${name} says ${record.endState}, the result ${result.endState}`);
    }
  }
  return wrong;
}

type WholeRecord = Pick<DeploymentRecord, 'status' | 'endState'>;

/** What records said that were looked at, by their text: most are looked at after every command of a life. */
const KNOWN_RECORDS = new Map<string, WholeRecord | null>();
/** More than one life has. */
const MOST_KNOWN = 100;

/** Null: the text is no whole record. */
function wholeRecord(text: string): WholeRecord | null {
  const known = KNOWN_RECORDS.get(text);
  if (known !== undefined) return known;
  const { data = null } = recordSchema.safeParse(parse(text));
  if (KNOWN_RECORDS.size >= MOST_KNOWN) KNOWN_RECORDS.clear();
  KNOWN_RECORDS.set(text, data);
  return data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
