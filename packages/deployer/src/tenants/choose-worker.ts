import { join, relative, resolve, sep } from 'node:path';
import type { SourceDocument } from '../documents/source-document.ts';
import { didYouMean } from '../findings/did-you-mean.ts';
import type { Finding } from '../findings/finding.ts';
import { isObject, type Json } from '../json.ts';
import type { OverrideFunction, Overrides, ProjectRules } from '../project/project-config.ts';

/** A shared Worker a tenant takes. */
export interface ChosenWorker {
  readonly name: string;
  /** Absolute folder of its wrangler file. */
  readonly dir: string;
  /** What differs for every tenant; undefined: nothing. */
  readonly common: Overrides | OverrideFunction | undefined;
  /** What differs for this tenant, with its path in the definition. */
  readonly own: { readonly path: readonly string[]; readonly overrides: Overrides } | null;
}

/** Fields of a definition that say which Workers a tenant takes; read before the schema is. */
interface WorkerFields {
  readonly worker?: Json;
  readonly workers?: Json;
  readonly overrides?: Json;
}

/** The Workers a tenant takes, by name, in the order in which they are written. */
export function chooseWorkers(
  definition: SourceDocument,
  project: ProjectRules,
  rootDir: string,
): { readonly workers: readonly ChosenWorker[]; readonly findings: readonly Finding[] } {
  const { worker } = definition.value as WorkerFields;
  const findings: Finding[] = [];
  const context: ChoiceContext = {
    fields: definition.value as WorkerFields,
    shared: project.workers ?? {},
    rootDir,
    refuse: (path, code, { message, hint }) =>
      void findings.push({
        severity: 'error',
        code,
        path: path.join('.'),
        place: definition.place(path),
        message,
        hint,
      }),
  };
  const workers =
    typeof worker === 'string' && worker !== ''
      ? oneWorker(worker, context)
      : withOwnOverrides(allWorkers(context), context);
  return { workers, findings };
}

interface ChoiceContext {
  readonly fields: WorkerFields;
  readonly shared: NonNullable<ProjectRules['workers']>;
  readonly rootDir: string;
  readonly refuse: (
    path: readonly string[],
    code: string,
    words: { readonly message: string; readonly hint: string },
  ) => void;
}

/** The one Worker that `worker` names. */
function oneWorker(
  name: string,
  { fields, shared, rootDir, refuse }: ChoiceContext,
): readonly ChosenWorker[] {
  if (fields.workers !== undefined) {
    const message = 'A tenant has `worker` or `workers`, not both.';
    refuse(['workers'], 'worker-twice', { message, hint: 'Keep one of them.' });
  }
  const chosen = sharedWorker(name, shared, rootDir);
  if (chosen !== null) return [{ ...chosen, own: ownOverrides(fields.overrides, ['overrides']) }];
  refuse(['worker'], 'worker-unknown', unknownWorker(name, shared));
  return [];
}

/** Every Worker of the project and of `workers`, but those it leaves out. */
function allWorkers({ fields, shared, rootDir, refuse }: ChoiceContext): readonly ChosenWorker[] {
  const named = isObject(fields.workers) ? fields.workers : {};
  return [...new Set([...Object.keys(shared), ...Object.keys(named)])].flatMap(
    (name): readonly ChosenWorker[] => {
      const mine = Object.hasOwn(named, name) ? named[name] : {};
      if (mine === null) return [];
      const path = isObject(mine) && typeof mine['path'] === 'string' ? mine['path'] : undefined;
      const listed = Object.hasOwn(shared, name) ? sharedWorker(name, shared, rootDir) : null;
      const chosen = listed ?? (path === undefined ? null : withDir(name, path, rootDir));
      if (chosen === null) {
        refuse(['workers', name], 'worker-unknown', unknownWorker(name, shared));
        return [];
      }
      const own = ownOverrides(isObject(mine) ? mine['overrides'] : undefined, [
        'workers',
        name,
        'overrides',
      ]);
      return [{ ...chosen, own }];
    },
  );
}

/** `overrides` of the definition itself are for its only Worker. */
function withOwnOverrides(
  workers: readonly ChosenWorker[],
  { fields, refuse }: ChoiceContext,
): readonly ChosenWorker[] {
  const [only, ...others] = workers;
  if (fields.overrides === undefined || only === undefined) return workers;
  if (others.length === 0 && only.own === null) {
    return [{ ...only, own: ownOverrides(fields.overrides, ['overrides']) }];
  }
  const names = workers.map(({ name }) => name).join(', ');
  refuse(['overrides'], 'overrides-of-which', {
    message: `The tenant has several Workers (${names}); \`overrides\` does not say which it is for.`,
    hint: `Write \`workers.${only.name}.overrides\`.`,
  });
  return workers;
}

function unknownWorker(
  name: string,
  shared: ChoiceContext['shared'],
): { readonly message: string; readonly hint: string } {
  return {
    message: `There is no Worker ${JSON.stringify(name.slice(0, 64))}.`,
    hint: hintFor(name, Object.keys(shared)),
  };
}

function sharedWorker(
  name: string,
  shared: NonNullable<ProjectRules['workers']>,
  rootDir: string,
): ChosenWorker | null {
  const declared = Object.hasOwn(shared, name) ? shared[name] : undefined;
  if (declared === undefined)
    return name.includes('/') || name.startsWith('.') ? withDir(name, name, rootDir) : null;
  if (typeof declared === 'string') return withDir(name, declared, rootDir);
  const chosen = withDir(name, declared.path, rootDir);
  return chosen === null ? null : { ...chosen, common: declared.overrides };
}

/** Null for a folder outside the project. */
function withDir(name: string, path: string, rootDir: string): ChosenWorker | null {
  if (path.includes('\0')) return null;
  const dir = resolve(rootDir, path);
  const inside = relative(rootDir, dir);
  if (inside === '..' || inside.startsWith(`..${sep}`) || dir !== join(rootDir, inside)) return null;
  return { name, dir, common: undefined, own: null };
}

function ownOverrides(value: Json | undefined, path: readonly string[]): ChosenWorker['own'] {
  return isObject(value) ? { path, overrides: value } : null;
}

function hintFor(name: string, known: readonly string[]): string {
  const meant = didYouMean(name, known);
  if (meant !== null) return `Did you mean "${meant}"?`;
  return known.length === 0
    ? 'Name its folder, relative to the project, such as "workers/api".'
    : `Workers are: ${known.join(', ')}. Or name its folder, relative to the project.`;
}
