import { chooseEnvironment } from './environments.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { LoadedTenant } from '../tenants/loaded-tenant.ts';

/**
 * The tenant with an account, where its definition names none and need not: a Worker's own `account_id`, else, for a
 * plain project, the given one. A tenant in a folder of its own says so itself.
 */
export function withAccount(
  tenant: LoadedTenant,
  options: { readonly env?: string | undefined; readonly accountId?: string | undefined },
): LoadedTenant {
  const { tenantFile, workerFile, from = 'folder' } = tenant;
  if (tenantFile === null || from === 'folder') return tenant;
  const fields = tenantFile.value as Readonly<Record<string, unknown>>;
  if (fields['accountId'] !== undefined) return tenant;
  const written = workerFile === null ? null : writtenAccount(workerFile, options.env);
  if (workerFile !== null && written !== null) {
    return { ...tenant, tenantFile: withField(tenantFile, written.id, () => workerFile.place(written.path)) };
  }
  if (from !== 'plain') return tenant;
  const given = options.accountId;
  // Which account it is, the token decides: it is asked before anything else is.
  return {
    ...tenant,
    tenantFile: given === undefined || given === '' ? tenantFile : withField(tenantFile, given),
    accountOfToken: given === undefined || given === '',
  };
}

function writtenAccount(
  worker: SourceDocument,
  env: string | undefined,
): { readonly id: string; readonly path: readonly string[] } | null {
  const root = worker.value as { readonly account_id?: unknown; readonly env?: unknown };
  const environments = (typeof root.env === 'object' && root.env !== null ? root.env : {}) as Readonly<
    Record<string, { readonly account_id?: unknown } | null>
  >;
  const choice = chooseEnvironment(env, Object.keys(environments));
  const name = choice.kind === 'named' ? choice.name : null;
  const own = name === null ? undefined : environments[name]?.account_id;
  if (name !== null && typeof own === 'string' && own !== '')
    return { id: own, path: ['env', name, 'account_id'] };
  return typeof root.account_id === 'string' && root.account_id !== ''
    ? { id: root.account_id, path: ['account_id'] }
    : null;
}

function withField(
  document: SourceDocument,
  accountId: string,
  place?: () => ReturnType<SourceDocument['place']>,
): SourceDocument {
  return {
    ...document,
    value: { ...(document.value as object), accountId },
    place: (path, what) =>
      place !== undefined && path[0] === 'accountId' ? place() : document.place(path, what),
  };
}
