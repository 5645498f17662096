/**
 * The packages that are built.
 * - `bundles`: files of `src/` that can be imported, those of one array sharing their code; everything else becomes a
 *   chunk, loaded when it is needed
 * - `external`: packages that stay packages, because they hold a program or read files of their own, or because the
 *   caller must have the same one
 */
export const PACKAGES = [
  { name: 'emulator', bundles: [['index', 'open-checker', 'msw']], external: ['miniflare', 'msw'] },
  { name: 'deployer', bundles: [['index', 'security', 'ahead']], external: ['esbuild'] },
  { name: 'cli', bundles: [['index']], external: ['pino'] },
];

/** What the command is made of: one file with the library in it, whose compiled code is kept between runs. */
export const PROGRAM = {
  name: 'cli',
  entry: 'main',
  starter: 'bin',
  external: ['esbuild', 'libsql', 'pino', '@cf-deploy/emulator', '@cf-deploy/emulator/checker'],
};
