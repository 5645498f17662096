import { z } from 'zod';
import type { LiveWorker } from './live.ts';
import { SECTION_NAMES, SECTIONS } from './registry.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';

/** What the status of a remembered Worker does not tell. */
export const WITHOUT_TRAFFIC = 'versions without traffic';

/**
 * What no list of an account shows. Where a Worker is taken as it was remembered, these are as they were then, and
 * results name them; `--full` reads them.
 */
export const NOT_IN_LISTS = [
  'cron triggers',
  'the workers.dev switch',
  'options of workflows',
  'triggers that the files do not declare',
  WITHOUT_TRAFFIC,
] as const;

/** What is known of one Worker without reading it. */
export interface LiveMemory {
  /**
   * What is live, when it was read or applied by us and the account's lists show nothing that came after; null: it has to
   * be read.
   */
  recall(): Promise<LiveWorker | null>;
  /**
   * Told what was read, or what a run left live.
   * @param inSync whether the files want just that
   */
  keep(live: LiveWorker, inSync: boolean): Promise<void>;
}

/** Remembers nothing: what is live is read. */
export const NO_MEMORY: LiveMemory = { recall: async () => null, keep: async () => undefined };

/** Parts of a result that nobody looked at; none where the Worker was read. */
export function notLookedAt({ basis }: Pick<LiveWorker, 'basis'>): readonly string[] {
  return basis === 'remembered' ? NOT_IN_LISTS : [];
}

/** Whether everything is known that the files say something about, or that every Worker has. */
export function knowsDeclared({ state }: LiveWorker, worker: ResolvedWorker): boolean {
  return SECTION_NAMES.every((name) => {
    const { declared } = SECTIONS[name];
    const reading = state[name];
    return reading.known || reading.asked || (declared !== undefined && !declared(worker));
  });
}

/**
 * What is worth remembering, as text; null for a Worker of which something could not be read, or without a deployment,
 * which is what tells later that it is untouched. Lists of the whole account are left out.
 */
export function rememberedText(live: LiveWorker): string | null {
  const { exists, state, deployment, version, tags } = live;
  const failed = SECTION_NAMES.some((name) => {
    const reading = state[name];
    return !reading.known && reading.error !== null;
  });
  if (!exists || failed || deployment === null || version === null) return null;
  const { id, annotations, author, source, createdOn } = version;
  return JSON.stringify({
    state,
    deployment,
    version: { id, annotations, author, source, createdOn },
    tags,
  });
}

/** Ours, but a file on disk: its outline is checked. */
const remembered = z.object({
  state: z.record(z.string(), z.looseObject({ known: z.boolean() })),
  deployment: z.looseObject({ id: z.string(), versions: z.array(z.looseObject({ versionId: z.string() })) }),
  version: z.looseObject({ id: z.string() }),
  tags: z.array(z.string()),
});

/** A Worker from {@link rememberedText}; null for a text of another version of this program, or a broken one. */
export function fromRememberedText(text: string): LiveWorker | null {
  try {
    const found = remembered.parse(JSON.parse(text)) as object as Pick<
      LiveWorker,
      'state' | 'version' | 'tags'
    > & { readonly deployment: NonNullable<LiveWorker['deployment']> };
    if (!SECTION_NAMES.every((name) => Object.hasOwn(found.state, name))) return null;
    return {
      basis: 'remembered',
      exists: true,
      ...found,
      deployments: [found.deployment],
      upload: null,
      scriptAnnotations: {},
      undeployed: null,
      triggers: { routes: [], domains: [], queues: [], workflows: [] },
    };
  } catch {
    return null;
  }
}
