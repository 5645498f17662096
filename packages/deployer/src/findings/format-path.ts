import { visible } from '../text/visible.ts';

/** Keys and indexes from the root of a document: `['kv_namespaces', 0, 'id']`. */
export type DocumentPath = readonly (string | number)[];

/** `['env', 'staging', 'kv_namespaces', 0, 'id']` → `env.staging.kv_namespaces[0].id`. */
export function formatPath(path: DocumentPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (part.length <= 128 && /^[\w$-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${visible(JSON.stringify(part))}]`;
  }
  return text;
}

/** The reverse of {@link formatPath}, for paths without quoted keys: `[0].id` → `[0, 'id']`. */
export function parsePath(path: string): DocumentPath {
  return [...path.matchAll(/\[(\d+)\]|([\w$-]+)/g)].map((match) =>
    match[1] === undefined ? String(match[2]) : Number(match[1]),
  );
}
