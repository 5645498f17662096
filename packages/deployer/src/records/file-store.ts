import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Redactor } from '../security/redact.ts';
import { safeJson } from '../security/safe-json.ts';
import { DeployError } from '../errors.ts';
import { fileNamePart } from './file-name-part.ts';
import { recordSchema, type DeploymentRecord } from './record.ts';
import { keptNames, lookedUpNames, type RecordNames } from './record-names.ts';
import { textOf } from '../on-disk.ts';
import { writeWhole } from '../write-whole.ts';

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
  /** Records of one tenant and environment, newest first. Files that are not records are left out. */
  list(tenant: string, environment: string | null, which?: RecordSelection): Promise<readonly StoredRecord[]>;
  /** The newest record of one tenant and environment that is as wanted, however old; null when there is none. */
  find(
    tenant: string,
    environment: string | null,
    wanted: (record: DeploymentRecord) => boolean,
  ): Promise<StoredRecord | null>;
  /** Writes a record about no single Worker, begun at that time, again too; gives its path, relative to the root. */
  createNamed(subject: string, startedAt: number, content: object): Promise<string>;
  /** Writes the record of a fleet run; gives its path, relative to the root. */
  createFleet(environment: string | null, content: object): Promise<string>;
  /** The same records, for a command for many: which there are is looked up again only when another process added one. */
  forMany(): RecordStore;
}

/** Which records of a tenant and environment are wanted. */
export interface RecordSelection {
  /** Of one of the tenant's Workers, when it has several. @default null: whatever it is */
  readonly scriptName?: string | null | undefined;
  /** Only those of that status, among the newest. @default all */
  readonly status?: DeploymentRecord['status'];
  /** No more than these, so that no others are read. @default 50 */
  readonly most?: number;
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
/** Newest files read for a history. */
const MOST_READ = 50;

/** Records as files `<tenant>-<env>-<timestamp>.json` and `deploy-all-<env>-<timestamp>.json`. */
export function createRecordStore(options: RecordStoreOptions): RecordStore {
  return storeOver(options, lookedUpNames(options.rootDir, options.recordsDir));
}

function storeOver(options: RecordStoreOptions, names: RecordNames): RecordStore {
  const { rootDir, recordsDir, redactor } = options;
  const toText = (content: object): string =>
    `${safeJson(JSON.stringify(redactor.value(content), null, 2))}\n`;
  const write = async (name: string, content: object): Promise<string> => {
    mkdirSync(recordsDir, { recursive: true });
    const file = join(recordsDir, name);
    await writeWhole(file, toText(content));
    return relative(rootDir, file).split(sep).join('/');
  };
  return {
    async create(record) {
      const start = fileNameStart(record.tenant, record.environment);
      const name = `${start}${stampOf(Date.parse(record.startedAt))}.json`;
      return names.whileAdding(start, name, () => write(name, record));
    },
    async rewrite(path, record) {
      await writeWhole(join(rootDir, path), toText(record));
    },
    async list(tenant, environment, { scriptName = null, status, most = MOST_READ } = {}) {
      const all = await names.startingWith(fileNameStart(tenant, environment));
      const own = status === undefined ? all : withWord(recordsDir, all.slice(0, MOST_READ), status);
      const found: StoredRecord[] = [];
      for (const page of pages(options, own, { tenant, environment, most })) {
        found.push(
          ...page
            .filter(({ record }) => scriptName === null || record.scriptName === scriptName)
            .filter(({ record }) => status === undefined || record.status === status),
        );
        if (found.length >= most) break;
      }
      return found
        .toSorted((a, b) => Date.parse(b.record.startedAt) - Date.parse(a.record.startedAt))
        .slice(0, most);
    },
    async find(tenant, environment, wanted) {
      const own = await names.startingWith(fileNameStart(tenant, environment));
      for (const page of pages(options, own, { tenant, environment, most: MOST_READ })) {
        const found = page.find(({ record }) => wanted(record));
        if (found !== undefined) return found;
      }
      return null;
    },
    createNamed: (subject, startedAt, content) =>
      write(`${fileNamePart(subject)}-${stampOf(startedAt)}.json`, content),
    createFleet: (environment, content) => write(fileName('deploy-all', environment, options.now()), content),
    forMany: () => storeOver(options, keptNames(rootDir, recordsDir)),
  };
}

type Subject = Pick<DeploymentRecord, 'tenant' | 'environment'>;

/** The records in files, some at a time. */
function* pages(
  { rootDir, recordsDir }: Pick<RecordStoreOptions, 'rootDir' | 'recordsDir'>,
  names: readonly string[],
  { tenant, environment, most }: Subject & { readonly most: number },
): Generator<readonly StoredRecord[]> {
  for (let start = 0; start < names.length; start += most) {
    const page = names.slice(start, start + most);
    const records = page.map((name) => readRecord(rootDir, join(recordsDir, name)));
    // A name alone is not enough: tenant `a-b` in `c` and tenant `a` in `b-c` are written alike.
    yield records
      .filter((stored) => stored !== null)
      .filter(({ record }) => record.tenant === tenant && record.environment === environment);
  }
}

/** Those of the files that hold a word between quotes: cheaper than parsing fifty to find, mostly, none. */
function withWord(folder: string, names: readonly string[], word: string): readonly string[] {
  return names.filter((name) => textOf(join(folder, name))?.includes(`"${word}"`) === true);
}

/** @throws DeployError RECORD_INVALID */
export function readRecordFile(file: string): DeploymentRecord {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new DeployError('RECORD_INVALID', `${file} is not a deployment record this version understands.`, {
      cause: error,
    });
  }
}

function readRecord(rootDir: string, file: string): StoredRecord | null {
  try {
    return { path: relative(rootDir, file).split(sep).join('/'), record: readRecordFile(file) };
  } catch {
    return null;
  }
}

function fileName(subject: string, environment: string | null, time: number): string {
  return `${fileNameStart(subject, environment)}${stampOf(time)}.json`;
}

function stampOf(time: number): string {
  return new Date(time).toISOString().replaceAll(/[:.]/g, '-');
}

function fileNameStart(subject: string, environment: string | null): string {
  return `${fileNamePart(subject)}-${fileNamePart(environment ?? TOP_LEVEL)}-`;
}
