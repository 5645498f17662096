import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Finding } from '../../src/findings/finding.ts';
import type { ProjectRules } from '../../src/project/project-config.ts';
import { parseDocument, type ReadResult } from '../../src/documents/read-document.ts';
import { remember } from '../../src/remember.ts';
import { resolveLoaded } from '../../src/resolve/resolve-loaded.ts';
import type { ResolvedResult } from '../../src/resolve/resolve-loaded.ts';
import type { ResolvedWorker } from '../../src/resolve/resolved-worker.ts';

/** Made-up account of every test tenant. */
export const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** 2026-11-23, the "today" of the tests. */
export const TODAY = Date.UTC(2026, 10, 23);

/** The smallest wrangler file. */
export const SMALLEST = { name: 'shop', main: 'src/index.ts', compatibility_date: '2026-02-01' };

/** Options of {@link check}. */
export interface CheckOptions {
  readonly env?: string;
  readonly lenient?: boolean;
  /** tenant.config.json: text, or fields over the smallest one. */
  readonly tenant?: string | Readonly<Record<string, unknown>>;
  readonly project?: ProjectRules;
  /** Name of the wrangler file. */
  readonly file?: string;
  /** What exists on disk beside `src/index.ts` and the folder `public`. */
  readonly exists?: Readonly<Record<string, 'file' | 'folder'>>;
}

const NO_RULES: ProjectRules = {};

/** The smallest files, read once: of ten thousand cases most change one of the two. What a case wrote is read each time. */
const smallest = new Map<string, ReadResult>();

/** Resolves a wrangler file in memory: its text, or the fields over the smallest one. */
export function check(
  wrangler: string | Readonly<Record<string, unknown>>,
  options: CheckOptions = {},
): ResolvedResult {
  const text =
    typeof wrangler === 'string' ? wrangler : JSON.stringify({ ...SMALLEST, ...wrangler }, undefined, 2);
  const tenantText =
    typeof options.tenant === 'string'
      ? options.tenant
      : JSON.stringify({ tenantId: 'acme', accountId: ACCOUNT, ...options.tenant }, undefined, 2);
  const file = `tenants/acme/${options.file ?? 'wrangler.jsonc'}`;
  const tenantName = 'tenants/acme/tenant.config.json';
  const read = (name: string, content: string, isSmallest: boolean): ReadResult =>
    isSmallest ? remember(smallest, name, () => parseDocument(name, content)) : parseDocument(name, content);
  const worker = read(file, text, typeof wrangler !== 'string' && Object.keys(wrangler).length === 0);
  const tenant = read(tenantName, tenantText, options.tenant === undefined);
  const exists: Readonly<Record<string, 'file' | 'folder'>> = {
    'src/index.ts': 'file',
    public: 'folder',
    ...options.exists,
  };
  return resolveLoaded(
    {
      id: 'acme',
      rootDir: '/project',
      dir: '/project/tenants/acme',
      tenantFile: tenant.document,
      workerFile: worker.document,
      workerPath: `/project/${file}`,
      redirect: null,
      sources: { ...tenant.sources, ...worker.sources },
      findings: [...tenant.findings, ...worker.findings],
    },
    {
      env: options.env,
      lenient: options.lenient ?? false,
      vars: {},
      dispatchNamespace: null,
      project: options.project ?? NO_RULES,
      now: TODAY,
      spelled: () => null,
      look: (name) => (Object.hasOwn(exists, name) ? (exists[name] ?? 'missing') : 'missing'),
    },
  );
}

/** The resolved worker of a file that has no errors. */
export function resolved(...args: Parameters<typeof check>): ResolvedWorker {
  const { worker, findings } = check(...args);
  if (worker === null) throw new Error(`Not resolved: ${lines(findings).join('\n')}`);
  return worker;
}

/** Findings as `severity code path`, to compare. */
export function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.severity} ${finding.code} ${finding.path}`);
}

/** Writes a project to a temporary folder: path → text. Gives its root. */
export async function writeFiles(files: Readonly<Record<string, string>>): Promise<string> {
  const rootDir = await mkdtemp(path.join(tmpdir(), 'cf-deploy-config-'));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(rootDir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return rootDir;
}
