import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A request that wrangler made, as recorded. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A small project, and what wrangler 4.164.0 did with it. */
export interface ParityCase {
  readonly name: string;
  readonly title: string;
  /** What the case shows. */
  readonly why: string;
  /** Whether the Worker was there already. */
  readonly existing: boolean;
  /** Value of `--env`. */
  readonly env?: string;
  /** Command line instead of plain `deploy`. */
  readonly args?: readonly string[];
  /** Folders copied before the run: `vendor` to `node_modules`. */
  readonly copy?: Readonly<Record<string, string>>;
  /** Answers of the API that differ from the usual ones. */
  readonly responses?: readonly {
    readonly method: string;
    readonly path: string;
    readonly merge?: unknown;
    readonly result?: unknown;
  }[];
  /** Path → text, or bytes in base64. */
  readonly files: Readonly<Record<string, string | { readonly base64: string }>>;
  readonly expected: {
    /** Exit status of wrangler. */
    readonly exit: number;
    readonly error?: string;
    readonly upload?: {
      readonly method: 'PUT' | 'POST';
      readonly path: string;
      readonly metadata: Readonly<Record<string, unknown>>;
    };
    /** Every call that changes something, but the upload itself and assets, in order. */
    readonly effects: readonly RecordedCall[];
  };
}

const FOLDER = fileURLToPath(new URL('../fixtures/wrangler-parity/', import.meta.url));

/** The tenant that every case becomes. */
export const PARITY_TENANT = 'parity';

/** Its account; the recordings write `{account}` instead. */
export const PARITY_ACCOUNT = '0123456789abcdef0123456789abcdef';

/** All cases, by name. */
export async function readCases(): Promise<readonly ParityCase[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(
    names.map(async (file) => ({
      ...(JSON.parse(await readFile(path.join(FOLDER, file), 'utf8')) as Omit<ParityCase, 'name'>),
      name: path.basename(file, '.json'),
    })),
  );
}

/** Writes a case as the tenant of a new project in a temporary folder; gives the project's root. */
export async function writeProject(parityCase: ParityCase): Promise<string> {
  const rootDir = await mkdtemp(path.join(tmpdir(), 'parity-'));
  const dir = path.join(rootDir, 'tenants', PARITY_TENANT);
  for (const [name, content] of Object.entries(parityCase.files)) {
    const file = path.join(dir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'));
  }
  for (const [from, to] of Object.entries(parityCase.copy ?? {})) {
    await cp(path.join(dir, from), path.join(dir, to), { recursive: true });
  }
  const tenant = { tenantId: PARITY_TENANT, accountId: PARITY_ACCOUNT };
  await writeFile(path.join(dir, 'tenant.config.json'), JSON.stringify(tenant));
  return rootDir;
}
