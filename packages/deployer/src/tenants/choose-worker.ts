import { join, relative, resolve, sep } from 'node:path';
import type { SourceDocument } from '../documents/source-document.ts';
import { didYouMean } from '../findings/did-you-mean.ts';
import type { Finding } from '../findings/finding.ts';
import type { OverrideFunction, Overrides, ProjectRules } from '../project/project-config.ts';

/** A shared Worker a tenant takes. */
export interface ChosenWorker {
  readonly name: string;
  /** Absolute folder of its wrangler file. */
  readonly dir: string;
  /** Who says where it is: a folder that the tenant's own file names is not trusted. */
  readonly namedBy: 'project' | 'tenant';
  /** What differs for every tenant; undefined: nothing. */
  readonly common: Overrides | OverrideFunction | undefined;
  /** What differs for this tenant, with its path in the definition. */
  readonly own: { readonly path: readonly string[]; readonly overrides: Overrides } | null;
}

/** Fields of a definition that say which Workers a tenant takes; read before the schema is. */
interface WorkerFields {
  readonly worker?: unknown;
  readonly workers?: unknown;
  readonly overrides?: unknown;
}

/** The Workers a tenant takes, by name, in the order in which they are written. */
export function chooseWorkers(
  definition: SourceDocument,
  project: ProjectRules,
  rootDir: string,
): { readonly workers: readonly ChosenWorker[]; readonly findings: readonly Finding[] } {
  const fields = definition.value as WorkerFields;
  const shared = project.workers ?? {};
  const findings: Finding[] = [];
  const refuse = (path: readonly string[], code: string, message: string, hint: string): void =>
    void findings.push({
      severity: 'error',
      code,
      path: path.join('.'),
      place: definition.place(path),
      message,
      hint,
    });
  if (typeof fields.worker === 'string' && fields.worker !== '') {
    if (fields.workers !== undefined) {
      refuse(
        ['workers'],
        'worker-twice',
        'A tenant has `worker` or `workers`, not both.',
        'Keep one of them.',
      );
    }
    const chosen = sharedWorker(fields.worker, shared, rootDir);
    if (chosen === null) {
      refuse(
        ['worker'],
        'worker-unknown',
        `There is no Worker ${JSON.stringify(fields.worker.slice(0, 64))}.`,
        hintFor(fields.worker, Object.keys(shared)),
      );
      return { workers: [], findings };
    }
    return { workers: [{ ...chosen, own: ownOverrides(fields.overrides, ['overrides']) }], findings };
  }
  const named = isRecord(fields.workers) ? fields.workers : {};
  const workers = [...new Set([...Object.keys(shared), ...Object.keys(named)])].flatMap(
    (name): readonly ChosenWorker[] => {
      const mine = Object.hasOwn(named, name) ? named[name] : {};
      if (mine === null) return [];
      const path = isRecord(mine) && typeof mine['path'] === 'string' ? mine['path'] : undefined;
      const chosen = Object.hasOwn(shared, name)
        ? sharedWorker(name, shared, rootDir)
        : path === undefined
          ? null
          : withDir(name, path, rootDir);
      if (chosen === null) {
        refuse(
          ['workers', name],
          'worker-unknown',
          `There is no Worker ${JSON.stringify(name)}.`,
          hintFor(name, Object.keys(shared)),
        );
        return [];
      }
      const own = ownOverrides(isRecord(mine) ? mine['overrides'] : undefined, [
        'workers',
        name,
        'overrides',
      ]);
      return [{ ...chosen, own }];
    },
  );
  if (fields.overrides === undefined) return { workers, findings };
  const [only, ...others] = workers;
  if (only !== undefined && others.length === 0 && only.own === null) {
    return { workers: [{ ...only, own: ownOverrides(fields.overrides, ['overrides']) }], findings };
  }
  if (workers.length > 0) {
    const names = workers.map(({ name }) => name).join(', ');
    refuse(
      ['overrides'],
      'overrides-of-which',
      `The tenant has several Workers (${names}); \`overrides\` does not say which it is for.`,
      `Write \`workers.${workers[0]?.name ?? ''}.overrides\`.`,
    );
  }
  return { workers, findings };
}

function sharedWorker(
  name: string,
  shared: NonNullable<ProjectRules['workers']>,
  rootDir: string,
): ChosenWorker | null {
  const declared = Object.hasOwn(shared, name) ? shared[name] : undefined;
  if (declared === undefined)
    return name.includes('/') || name.startsWith('.') ? withDir(name, name, rootDir) : null;
  const common = typeof declared === 'string' ? undefined : declared.overrides;
  const chosen = withDir(name, typeof declared === 'string' ? declared : declared.path, rootDir);
  return chosen === null ? null : { ...chosen, namedBy: 'project', common };
}

/** Null for a folder outside the project. */
function withDir(name: string, path: string, rootDir: string): ChosenWorker | null {
  if (path.includes('\0')) return null;
  const dir = resolve(rootDir, path);
  const inside = relative(rootDir, dir);
  if (inside === '..' || inside.startsWith(`..${sep}`) || dir !== join(rootDir, inside)) return null;
  return { name, dir, namedBy: 'tenant', common: undefined, own: null };
}

function ownOverrides(value: unknown, path: readonly string[]): ChosenWorker['own'] {
  return isRecord(value) ? { path, overrides: value } : null;
}

function hintFor(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  if (meant !== null) return `Did you mean "${meant}"?`;
  return known.length === 0
    ? 'Name its folder, relative to the project, such as "workers/api".'
    : `Workers are: ${known.join(', ')}. Or name its folder, relative to the project.`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
