/** Source files as syntax trees: for the figures of the house and for the mutations. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'vite';

/**
 * The sources below a folder, in the order of their paths; without tests, unless `wanted` says so.
 * @param {string} root absolute
 * @param {string} folder relative to `root`
 * @returns {{ path: string, text: string }[]} `path` relative to `root`, with `/`
 */
export function sourcesIn(root, folder, wanted = /(?<!\.test|\.d)\.ts$/) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(root, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The tree of a TypeScript file. @throws Error when it cannot be parsed */
export function parseSource({ path, text }) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  return program;
}

/**
 * Calls `visit` with each node of a tree and its parents, the nearest last. A node for which it gives false is not
 * entered.
 */
export function walk(node, visit, parents = []) {
  if (visit(node, parents) === false) return;
  const above = [...parents, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, above);
    }
  }
}

function isNode(value) {
  return typeof value === 'object' && value !== null && typeof value.type === 'string';
}
