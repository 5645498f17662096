import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding } from '../findings/finding.ts';
import type { TenantIterable, TenantsFromCode } from '../project/project-config.ts';
import { entriesOf } from './entry-of.ts';
import type { Json, JsonObject } from '../json.ts';
import {
  oneByOne,
  SOURCE_LIMITS,
  type SourceLimits,
  type SourceProblem,
  type TenantEntry,
  type TenantSource,
} from './tenant-source.ts';

/** The tenants a project's own code gives: a list, or whatever it fetches from a database or an API. */
export function codeSource(
  tenants: TenantsFromCode,
  at: SourceDocument,
  limits: SourceLimits = SOURCE_LIMITS,
): TenantSource {
  return { name: `\`tenants\` of ${at.file}`, entries: () => oneByOne(readCode(tenants, at, limits)) };
}

async function* readCode(
  tenants: TenantsFromCode,
  at: SourceDocument,
  limits: SourceLimits,
): AsyncIterable<TenantEntry | SourceProblem> {
  const problem = (message: string, hint: string): SourceProblem => ({
    kind: 'problem',
    finding: {
      severity: 'error',
      code: 'tenants-from-code',
      path: 'tenants',
      place: at.place(['tenants'], 'key'),
      message,
      hint,
    },
  });
  const deadline = Date.now() + limits.allMs;
  let count = 0;
  let iterator: AsyncIterator<object> | Iterator<object> | undefined;
  try {
    const given = typeof tenants === 'function' ? await timely(tenants(), limits.nextMs) : tenants;
    iterator = iteratorOf(given, tenants);
    for (;;) {
      const step: IteratorResult<object> = await timely(iterator.next(), limits.nextMs);
      if (step.done === true) return;
      if (count >= limits.tenants || Date.now() > deadline) {
        const limit =
          count >= limits.tenants ? `${limits.tenants} tenants` : `${limits.allMs / 1000} seconds`;
        yield problem(
          `\`tenants\` of ${at.file} does not end: ${limit} are the limit.`,
          'Make the iterable end.',
        );
        await stop(iterator);
        return;
      }
      yield* entryOf(step.value, count, at);
      count += 1;
    }
  } catch (error) {
    if (error instanceof TimeLimit) {
      if (iterator !== undefined) void stop(iterator);
      yield problem(
        `\`tenants\` of ${at.file} gave no tenant for ${limits.nextMs / 1000} seconds, after ${count}.`,
        'Make the iterable end, or answer sooner.',
      );
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    yield problem(`\`tenants\` of ${at.file} threw after ${count} tenants: ${reason}`, 'Correct the code.');
  }
}

function* entryOf(value: object, index: number, at: SourceDocument): Iterable<TenantEntry | SourceProblem> {
  const wrong = notPlain(value, 0);
  const name = `tenants[${index}]`;
  if (wrong !== null || typeof value !== 'object' || value === null || Array.isArray(value)) {
    const finding: Finding = {
      severity: 'error',
      code: 'tenants-from-code',
      path: name,
      place: at.place(['tenants'], 'key'),
      message: `\`${name}\` ${wrong ?? 'is not an object'}.`,
      hint: 'Give plain objects with the fields of tenant.config.json.',
    };
    yield { kind: 'problem', finding };
    return;
  }
  const document: SourceDocument = {
    file: at.file,
    text: at.text,
    value: value as JsonObject,
    place: (path) => at.place(['tenants', ...path]),
  };
  const read = { document, findings: [] };
  yield* entriesOf({ ...read, again: () => read }, 'code');
}

/** What keeps a value from being plain data; null when it is. */
function notPlain(value: Json | object | undefined, depth: number): string | null {
  if (depth > 64) return 'nests too deep';
  if (value === null || ['string', 'boolean', 'undefined'].includes(typeof value)) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'holds a number that is not finite';
  if (typeof value !== 'object') return `holds a ${typeof value}`;
  for (const item of Object.values(value)) {
    const wrong = notPlain(item, depth + 1);
    if (wrong !== null) return wrong;
  }
  return null;
}

function iteratorOf(
  given: TenantIterable,
  tenants: TenantsFromCode,
): AsyncIterator<object> | Iterator<object> {
  if (typeof given === 'object' && given !== null) {
    if (typeof tenants !== 'function' && 'next' in given) {
      throw new TypeError('it is an iterator, which can be read once only; give the function that makes it');
    }
    if (Symbol.asyncIterator in given) return given[Symbol.asyncIterator]();
    if (Symbol.iterator in given) return given[Symbol.iterator]();
  }
  throw new TypeError('it gave nothing that can be iterated');
}

class TimeLimit extends Error {}

/** What is awaited, unless it takes longer: then TimeLimit. */
async function timely<T>(work: T | Promise<T>, ms: number): Promise<T> {
  if (!(work instanceof Promise)) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeLimit('too late')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets a generator clean up; what it says then is of no interest. */
async function stop(iterator: AsyncIterator<object> | Iterator<object>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    return;
  }
}
