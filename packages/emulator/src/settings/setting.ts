import type { Json, JsonObject } from '../json.ts';

/** What reading a setting depends on. */
export interface SettingContext {
  plan: 'free' | 'paid';
  /** Now, for compatibility dates in the future. */
  now: Date;
}

/**
 * Answers a setting can be shown in: the script of lists and uploads, `GET settings`, `GET script-settings`, a
 * version's `script` and `script_runtime`, the older service view, and the newer views of Workers and their versions.
 */
export type View =
  | 'script'
  | 'settings'
  | 'script-settings'
  | 'version script'
  | 'version runtime'
  | 'service'
  | 'worker'
  | 'worker version';

/** How an answer shows a value; `undefined`: not at all. */
type Show<T extends Json> = (value: T) => Json | undefined;

/** One setting of a Worker. Its key in the table is the name of the stored field. */
export interface Setting<T extends Json> {
  /** Name in the API. */
  readonly name: string;
  /** Value while nobody set it, and after `null` was sent. */
  readonly initial: T;
  /** Reads what was sent (never `null`). @throws 10021 or the setting's own code */
  read(value: Json, context: SettingContext): T;
  /** Where it may be sent besides uploads. */
  readonly editable: boolean;
  /** True: an upload that leaves it out keeps it. Otherwise it falls back to its initial value. */
  readonly keptByUploads?: true;
  /** True: a change may keep the code from starting, so it is started again. */
  readonly restarts?: true;
  show(view: View, value: T): JsonObject;
}

/** Makes a setting. `shown` says by answer how it is shown; `also` adds a field that follows from the value. */
export function setting<T extends Json>(
  definition: Omit<Setting<T>, 'show'> & {
    shown: Partial<Record<View, Show<T>>>;
    also?: { name: string; shown: Partial<Record<View, Show<T>>> };
  },
): Setting<T> {
  const { shown, also, ...rest } = definition;
  return {
    ...rest,
    show: (view, value) => ({
      ...field(definition.name, shown[view]?.(value)),
      ...(also === undefined ? {} : field(also.name, also.shown[view]?.(value))),
    }),
  };
}

/** The same way of showing in several answers. */
export function inViews<T extends Json>(
  views: readonly View[],
  show: Show<T> = asItIs,
): Partial<Record<View, Show<T>>> {
  return Object.fromEntries(views.map((view) => [view, show]));
}

/** Shows a value unless it is `null`. */
function asItIs(value: Json): Json | undefined {
  return value ?? undefined;
}

function field(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
