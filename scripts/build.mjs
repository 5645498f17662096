// Bundles the packages into their `dist/`, beside the declarations that `tsc -b` writes there: a few files instead of
// one for each source, because loading a module costs far more than running it.
// Run: npm run build, or node scripts/build.mjs [--into=<folder>] to write them into packages/ of another folder
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { noticesOf } from './notices.mjs';
import { PACKAGES } from './packages.mjs';

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

/** esbuild drops what is not used of a namespace, but not of an object that happens to hold one, as `z` does. */
const zodAsNamespace = {
  name: 'zod-as-namespace',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]packages[\\/]\w+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        `import { z } from 'zod';`,
        `import * as z from 'zod';`,
      ),
      loader: 'ts',
    }));
  },
};

/** zod compiles a function for each schema of an object when it is first used: that pays after thousands of uses. */
const schemasUncompiled = {
  name: 'schemas-uncompiled',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/]schemas\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const line = 'const jit = !core.globalConfig.jitless;';
      if (!text.includes(line)) throw new Error(`${path} no longer has "${line}"`);
      return { contents: text.replace(line, 'const jit = false;') };
    });
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

/** All commands in one chunk: what they share with each other would be cut into a file for every combination. */
const commandsTogether = {
  name: 'commands-together',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/commands\/[\w-]+\.ts$/ }, ({ kind, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: join(resolveDir, 'commands'), namespace: 'commands-together' }
        : null,
    );
    onLoad({ filter: /^/, namespace: 'commands-together' }, async ({ path }) => {
      const names = (await readdir(path)).filter((name) => /(?<!\.test)\.ts$/.test(name));
      return { contents: names.map((name) => `export * from './${name}';`).join('\n'), resolveDir: path };
    });
  },
};

/** What answers quickly shares no file with the program that it may not need. */
const programApart = {
  name: 'program-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/main\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './main.js', external: true } : null,
    );
  },
};

for (const pack of PACKAGES) await bundlePackage(pack);
await writeHelp(join(flags.into, 'packages/cli/dist'));

async function bundlePackage({ name, bundles, external }) {
  const folder = join(ROOT, 'packages', name);
  const outdir = join(flags.into, 'packages', name, 'dist');
  await removeScripts(outdir);
  const inputs = new Set();
  for (const entries of bundles) {
    const { metafile } = await bundle({ folder, outdir, entries, external });
    for (const output of Object.values(metafile.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs))
        if (bytesInOutput > 0) inputs.add(input);
    }
  }
  await writeFile(join(outdir, 'THIRD-PARTY-NOTICES.txt'), await noticesOf([...inputs], ROOT));
}

function bundle({ folder, outdir, entries, external }) {
  return build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => join(folder, 'src', `${entry}.ts`)),
    outdir,
    // Flat: `../package.json` is the same file from `src/` and from `dist/`.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    mainFields: ['module', 'main'],
    external: ['@cf-deploy/*', ...external],
    // Names stay, so that the stack of a defect can be read; a map would only be in the way of that.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'none',
    // CommonJS packages call `require`, and one looks at its file name.
    banner: {
      js: `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`,
    },
    define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
    plugins: [
      onlyEnglish,
      zodAsNamespace,
      schemasUncompiled,
      noChildrenOfCommander,
      commandsTogether,
      programApart,
    ],
    logLevel: 'warning',
  });
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
  const scripts = names.filter((name) => /\.js(\.map)?$/.test(name));
  await Promise.all(scripts.map((name) => rm(join(outdir, name))));
}
