// Bundles the packages into their `dist/`, beside the declarations that `tsc -b` writes there: a few files instead of
// one for each source, because loading a module costs far more than running it.
// Run: npm run build, or node scripts/build.mjs [--into=<folder>] to write them into packages/ of another folder
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { noticesOf } from './notices.mjs';
import { PACKAGES, PROGRAM } from './packages.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values: flags } = parseArgs({ options: { into: { type: 'string', default: ROOT } } });

/** Columns that the help is written for: an old terminal, no terminal, and any as wide as lines of help get. */
const HELP_WIDTHS = [80, 100, 110];

/** zod brings its messages in fifty languages; one is used. */
const onlyEnglish = {
  name: 'only-english',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

/**
 * Our sources, with zod as a namespace: esbuild drops what is not used of one, but not of an object that happens to hold
 * one, as `z` does.
 * @param locate changes how a file finds where it is
 */
const ownSources = (locate) => ({
  name: 'own-sources',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]packages[\\/]\w+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: locate(
        (await readFile(path, 'utf8')).replace(`import { z } from 'zod';`, `import * as z from 'zod';`),
        path,
      ),
      loader: 'ts',
    }));
  },
});

/** Text of a file of a dependency that is changed in passing. @throws Error where it no longer has what is changed */
async function readWith(path, piece) {
  const text = await readFile(path, 'utf8');
  if (!text.includes(piece)) throw new Error(`${path} no longer has "${piece}"`);
  return text;
}

/** zod compiles a function for each schema of an object when it is first used: that pays after thousands of uses. */
const schemasUncompiled = {
  name: 'schemas-uncompiled',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/]schemas\.js$/ }, async ({ path }) => {
      const line = 'const jit = !core.globalConfig.jitless;';
      return { contents: (await readWith(path, line)).replace(line, 'const jit = false;') };
    });
  },
};

/**
 * The SDK asks for classes of Node's `fetch`, which take 26 ms to load and are not used here: it sends by our transport,
 * bytes as bodies (`packages/deployer/src/transport`).
 */
const sdkWithoutFetch = {
  name: 'sdk-without-fetch',
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]cloudflare[\\/]internal[\\/](headers|utils[\\/]log)\.m?js$/ },
      async ({ path }) => ({
        contents: `import { PlainHeaders as Headers } from ${JSON.stringify(sourceOf('deployer', 'transport/plain-headers'))};
        ${await readWith(path, 'instanceof Headers')}`,
      }),
    );
    onLoad({ filter: /[\\/]cloudflare[\\/]client\.m?js$/ }, async ({ path }) => ({
      contents: (await readWith(path, 'globalThis.ReadableStream')).replaceAll(
        'globalThis.ReadableStream',
        'undefined',
      ),
    }));
  },
};

/**
 * The SDK's client knows a class for each resource of the API, and none is used: calls name their paths. What is empty
 * stays a module all the same, and there are 1,165.
 */
const noResourcesOfSdk = {
  name: 'no-resources-of-sdk',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/resources\// }, ({ importer }) =>
      /[\\/]cloudflare[\\/]client\.m?js$/.test(importer)
        ? { path: 'nothing', namespace: 'no-resources-of-sdk', sideEffects: false }
        : null,
    );
    onLoad({ filter: /^/, namespace: 'no-resources-of-sdk' }, () => ({ contents: '' }));
  },
};

/** commander can hand a command to another program, which no command here does; loading the means takes 5 ms. */
const noChildrenOfCommander = {
  name: 'no-children-of-commander',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]lib[\\/]command\.js$/.test(importer)
        ? { path: 'nothing', namespace: 'no-children-of-commander' }
        : null,
    );
    onLoad({ filter: /^/, namespace: 'no-children-of-commander' }, () => ({ contents: '' }));
  },
};

/** What would only fail when it is run. What is around it is cut out later: looked for with it, it takes a second. */
const WRONG_IN_PROGRAM = [
  [/[^\w.]import\(/, 'compiled code that is kept cannot import; see inProgram'],
  [/[\u0080-\uffff]/, 'the program is read as single bytes; write the character as an escape'],
];

const SHARED = {
  metafile: true,
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  // Names stay, so that the stack of a defect can be read; a map would only be in the way of that.
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 160,
  legalComments: 'none',
  logLevel: 'warning',
};

for (const pack of PACKAGES) await bundlePackage(pack);
await bundleProgram(PROGRAM);
await writeHelp(join(flags.into, 'packages/cli/dist'));

async function bundlePackage({ name, bundles, external }) {
  const outdir = distOf(name);
  await removeScripts(outdir);
  const inputs = [];
  for (const entries of bundles) {
    const { metafile } = await build({
      ...SHARED,
      entryPoints: entries.map((entry) => sourceOf(name, entry)),
      outdir,
      // Flat: `../package.json` is the same file from `src/` and from `dist/`.
      chunkNames: '[name]-[hash]',
      splitting: true,
      format: 'esm',
      external: ['@cf-deploy/*', ...external],
      // CommonJS packages call `require`, and one looks at its file name.
      banner: {
        js: `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`,
      },
      define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
      plugins: [
        onlyEnglish,
        ownSources((text) => text),
        schemasUncompiled,
        sdkWithoutFetch,
        noResourcesOfSdk,
        noChildrenOfCommander,
      ],
    });
    inputs.push(...inputsOf(metafile));
  }
  await writeFile(join(outdir, 'THIRD-PARTY-NOTICES.txt'), await noticesOf(inputs, ROOT));
}

/** The command: what answers quickly and starts the rest, and the rest, named by its digest. */
async function bundleProgram({ name, entry, starter, external }) {
  const outdir = distOf(name);
  const options = {
    ...SHARED,
    format: 'cjs',
    // A source of single bytes is read as it is.
    charset: 'ascii',
    external,
    alias: Object.fromEntries(
      Object.entries({ '': 'index', '/security': 'security', '/ahead': 'ahead' }).map(([path, file]) => [
        `@cf-deploy/deployer${path}`,
        sourceOf('deployer', file),
      ]),
    ),
    // What the library looks for beside itself is beside the package of the library.
    banner: {
      js: `const __own=require('node:url').pathToFileURL(__filename).href;let __found;const __library=()=>__found??=require.resolve('@cf-deploy/deployer');`,
    },
    define: { 'import.meta.url': '__own' },
    plugins: [
      onlyEnglish,
      ownSources(inProgram),
      schemasUncompiled,
      sdkWithoutFetch,
      noResourcesOfSdk,
      noChildrenOfCommander,
    ],
  };
  const program = join(outdir, 'program.cjs');
  const { metafile } = await build({ ...options, entryPoints: [sourceOf(name, entry)], outfile: program });
  const text = await readFile(program, 'utf8');
  for (const [wrong, why] of WRONG_IN_PROGRAM) {
    const at = text.search(wrong);
    if (at !== -1) throw new Error(`${why}: ${text.slice(Math.max(0, at - 60), at + 60)}`);
  }
  const whole = `(function(exports,require,module,__filename,__dirname,__import){${text}\n})`;
  const named = `program-${createHash('sha256').update(whole).digest('hex').slice(0, 16)}.cjs`;
  await writeFile(join(outdir, named), whole);
  await rm(program);
  await build({
    ...options,
    entryPoints: [sourceOf(name, starter)],
    outfile: join(outdir, `${starter}.cjs`),
    define: { ...options.define, PROGRAM_FILE: JSON.stringify(named) },
  });
  const notices = await noticesOf(inputsOf(metafile), ROOT);
  await writeFile(join(outdir, 'THIRD-PARTY-NOTICES.txt'), notices);
}

/**
 * In the program, files of the library are not where the library is; and code that was compiled before has forgotten
 * how to import, so who loads it imports for it what stays outside.
 */
function inProgram(text, path) {
  const importing = text
    .replaceAll(/\bimport\((?='@cf-deploy\/emulator|'node:|`data:)/g, '__import(')
    // An ES module can ask nobody else for CommonJS.
    .replaceAll(`await import('pino')`, `require('pino')`);
  if (!/[\\/]packages[\\/]deployer[\\/]/.test(path)) return importing;
  return importing
    .replaceAll('import.meta.url', '__library()')
    .replaceAll('import.meta.dirname', `require('node:path').dirname(__library())`);
}

function sourceOf(name, entry) {
  return join(ROOT, 'packages', name, 'src', `${entry}.ts`);
}

function distOf(name) {
  return join(flags.into, 'packages', name, 'dist');
}

/** Files of which something is in the result. */
function inputsOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
}

/** The help, as the program that was just built prints it: `--help` then loads a text instead of every command. */
async function writeHelp(outdir) {
  const { run } = await import(pathToFileURL(join(outdir, 'index.js')));
  const help = {};
  for (const columns of HELP_WIDTHS) {
    const written = [];
    const stdout = { write: (text) => written.push(text), isTerminal: false, columns };
    await run(['--help'], { stdout, stderr: stdout, env: {} });
    help[columns] = written.join('');
  }
  await writeFile(join(outdir, 'help.json'), JSON.stringify(help));
}

/** Chunks have a hash in their name: those of an earlier build would stay. */
async function removeScripts(outdir) {
  const names = await readdir(outdir, { recursive: true }).catch(() => []);
  const scripts = names.filter((name) => /\.c?js(\.|$)/.test(name));
  await Promise.all(scripts.map((name) => rm(join(outdir, name))));
}
