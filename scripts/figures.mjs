/**
 * Measures the house: what a change costs and what a reader has to hold in mind. Its bars are in
 * `packages/deployer/test/figures.test.ts`.
 * Run: npm run figures [-- --json]
 */
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSource, sourcesIn, walk } from './syntax.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['deployer', 'emulator', 'cli'];
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

const figures = Object.fromEntries(PACKAGES.map((name) => [name, measure(name)]));
if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
else for (const [name, found] of Object.entries(figures)) console.log(`${name}\n${lines(found).join('\n')}`);

function measure(name) {
  const files = sourcesIn(ROOT, `packages/${name}/src`).map((file) => ({ ...file, tree: parseSource(file) }));
  const sourceLines = files.reduce((sum, { text }) => sum + lineOf(text, text.length) - 1, 0);
  const unknowns = files
    .map(({ path, tree }) => ({ path, count: unknownsIn(tree) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const total = unknowns.reduce((sum, { count }) => sum + count, 0);
  return {
    lines: sourceLines,
    unknownPerThousandLines: Math.round((total / sourceLines) * 10_000) / 10,
    unknowns,
    longestFunctions: files
      .flatMap(functionsOf)
      .toSorted((a, b) => b.lines - a.lines)
      .slice(0, 5),
    fullestFolders: foldersOf(files).slice(0, 5),
    circles: circlesOf(files),
  };
}

/** How often the type `unknown` is written; the word in a comment or as a value does not count. */
function unknownsIn(tree) {
  let count = 0;
  walk(tree, ({ type }) => {
    if (type === 'TSUnknownKeyword') count += 1;
  });
  return count;
}

/** Every function and method with its length in lines, from its first to its last. */
function functionsOf({ path, text, tree }) {
  const found = [];
  walk(tree, (node, parents) => {
    if (!FUNCTIONS.has(node.type)) return;
    const first = lineOf(text, node.start);
    const named = node.id?.name ?? parents.findLast(({ key, id }) => key ?? id);
    const name = typeof named === 'string' ? named : (named?.key?.name ?? named?.id?.name ?? 'a function');
    found.push({ where: `${path}:${first}`, name, lines: lineOf(text, node.end) - first + 1 });
  });
  return found;
}

/** How many sources each folder has itself; one whose `registry.ts` lists most of its files, one per kind, is marked. */
function foldersOf(files) {
  const folders = new Map();
  for (const { path } of files) folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), path]);
  return [...folders]
    .map(([folder, paths]) => ({
      folder,
      files: paths.length,
      registry: files.some(
        ({ path, tree }) =>
          path === `${folder}/registry.ts` &&
          importsOf(path, tree).filter((target) => dirname(target) === folder).length > paths.length / 2,
      ),
    }))
    .toSorted((a, b) => b.files - a.files);
}

/** Pairs of files that import each other, types included. */
function circlesOf(files) {
  const imports = new Map(files.map(({ path, tree }) => [path, new Set(importsOf(path, tree))]));
  return [...imports].flatMap(([path, targets]) =>
    [...targets]
      .filter((target) => path < target && imports.get(target)?.has(path))
      .map((target) => `${path} ⇄ ${target}`),
  );
}

function importsOf(path, tree) {
  const found = [];
  walk(tree, ({ type, source, argument }) => {
    const name = source?.value ?? (type === 'TSImportType' ? argument?.value : undefined);
    if (typeof name === 'string' && name.startsWith('.'))
      found.push(posix.normalize(posix.join(dirname(path), name)));
  });
  return found;
}

function lineOf(text, offset) {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function lines({ lines: sourceLines, unknownPerThousandLines, unknowns, ...found }) {
  return [
    `  lines of source            ${sourceLines}`,
    `  unknown per 1,000 lines    ${unknownPerThousandLines}`,
    ...unknowns.slice(0, 8).map(({ path, count }) => `    ${count} ${path}`),
    '  longest functions',
    ...found.longestFunctions.map((one) => `    ${one.lines} ${one.name} ${one.where}`),
    '  fullest folders',
    ...found.fullestFolders.map(
      ({ folder, files, registry }) => `    ${files} ${folder}${registry ? ' (registry)' : ''}`,
    ),
    '  files that import each other',
    ...(found.circles.length === 0 ? ['    none'] : found.circles.map((circle) => `    ${circle}`)),
  ];
}
