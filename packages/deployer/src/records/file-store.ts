import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Redactor } from '../security/redact.ts';
import { safeJson } from '../security/safe-json.ts';
import { DeployError } from '../errors.ts';
import { fileNamePart } from './file-name-part.ts';
import { recordSchema, type DeploymentRecord } from './record.ts';

/** A record and where it is. */
export interface StoredRecord {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly record: DeploymentRecord;
}

/** Records of one project on disk. */
export interface RecordStore {
  /** Writes a new record; gives its path, relative to the root. */
  create(record: DeploymentRecord): Promise<string>;
  /** Writes it again, whole or not at all. */
  rewrite(path: string, record: DeploymentRecord): Promise<void>;
  /**
   * Records of one tenant and environment, newest first. Files that are not records are left out.
   * @param scriptName of one of the tenant's Workers, when it has several; null: whatever it is
   */
  list(
    tenant: string,
    environment: string | null,
    scriptName?: string | null,
  ): Promise<readonly StoredRecord[]>;
  /** The newest record of one tenant and environment that is as wanted, however old; null when there is none. */
  find(
    tenant: string,
    environment: string | null,
    wanted: (record: DeploymentRecord) => boolean,
  ): Promise<StoredRecord | null>;
  /** Writes the record of a fleet run; gives its path, relative to the root. */
  createFleet(environment: string | null, content: object): Promise<string>;
}

/** What a store needs. */
export interface RecordStoreOptions {
  readonly rootDir: string;
  readonly recordsDir: string;
  readonly redactor: Redactor;
  readonly now: () => number;
}

/** How a missing environment is written in file names. */
const TOP_LEVEL = 'default';
/** How a time is written in file names. */
const STAMP = /^\d{4}-\d{2}-\d{2}T[\d-]+Z\.json$/;
/** Newest files read for a history. */
const MOST_READ = 50;

/** Records as files `<tenant>-<env>-<timestamp>.json` and `deploy-all-<env>-<timestamp>.json`. */
export function createRecordStore(options: RecordStoreOptions): RecordStore {
  const { rootDir, recordsDir, redactor } = options;
  const toText = (content: object): string =>
    `${safeJson(JSON.stringify(redactor.value(content), null, 2))}\n`;
  const write = async (name: string, content: object): Promise<string> => {
    await mkdir(recordsDir, { recursive: true });
    const file = join(recordsDir, name);
    await writeFileAtomic(file, toText(content));
    return relative(rootDir, file).split(sep).join('/');
  };
  /** Own records, some at a time, the newest first. */
  async function* pages(tenant: string, environment: string | null): AsyncGenerator<readonly StoredRecord[]> {
    const names = await readdir(recordsDir).catch(() => []);
    const prefix = fileNameStart(tenant, environment);
    // What follows is the time, or it is a longer name's: `acme-eu-…` is not tenant `acme`'s.
    const own = names
      .filter((name) => name.startsWith(prefix) && STAMP.test(name.slice(prefix.length)))
      .toSorted((a, b) => (a < b ? 1 : -1));
    for (let start = 0; start < own.length; start += MOST_READ) {
      const page = own.slice(start, start + MOST_READ);
      const records = await Promise.all(page.map((name) => readRecord(rootDir, join(recordsDir, name))));
      // A name alone is not enough: tenant `a-b` in `c` and tenant `a` in `b-c` are written alike.
      yield records
        .filter((stored) => stored !== null)
        .filter(({ record }) => record.tenant === tenant && record.environment === environment);
    }
  }
  return {
    create: (record) =>
      write(fileName(record.tenant, record.environment, Date.parse(record.startedAt)), record),
    async rewrite(path, record) {
      await writeFileAtomic(join(rootDir, path), toText(record));
    },
    async list(tenant, environment, scriptName = null) {
      const found: StoredRecord[] = [];
      for await (const page of pages(tenant, environment)) {
        found.push(...page.filter(({ record }) => scriptName === null || record.scriptName === scriptName));
        if (found.length >= MOST_READ) break;
      }
      return found
        .toSorted((a, b) => Date.parse(b.record.startedAt) - Date.parse(a.record.startedAt))
        .slice(0, MOST_READ);
    },
    async find(tenant, environment, wanted) {
      for await (const page of pages(tenant, environment)) {
        const found = page.find(({ record }) => wanted(record));
        if (found !== undefined) return found;
      }
      return null;
    },
    createFleet: (environment, content) => write(fileName('deploy-all', environment, options.now()), content),
  };
}

/** @throws DeployError RECORD_INVALID */
export async function readRecordFile(file: string): Promise<DeploymentRecord> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new DeployError('RECORD_INVALID', `${file} is not a deployment record this version understands.`, {
      cause: error,
    });
  }
}

async function readRecord(rootDir: string, file: string): Promise<StoredRecord | null> {
  try {
    return { path: relative(rootDir, file).split(sep).join('/'), record: await readRecordFile(file) };
  } catch {
    return null;
  }
}

function fileName(subject: string, environment: string | null, time: number): string {
  const stamp = new Date(time).toISOString().replaceAll(/[:.]/g, '-');
  return `${fileNameStart(subject, environment)}${stamp}.json`;
}

function fileNameStart(subject: string, environment: string | null): string {
  return `${fileNamePart(subject)}-${fileNamePart(environment ?? TOP_LEVEL)}-`;
}
