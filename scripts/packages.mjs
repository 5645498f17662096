/**
 * The packages that are built.
 * - `bundles`: files of `src/` that can be imported or run, those of one array sharing their code; everything else
 *   becomes a chunk, loaded when it is needed
 * - `external`: packages that stay packages, because they hold a program or read files of their own, or because the
 *   caller must have the same one
 */
export const PACKAGES = [
  { name: 'emulator', bundles: [['index', 'open-checker', 'msw']], external: ['miniflare', 'msw'] },
  { name: 'deployer', bundles: [['index', 'security', 'ahead']], external: ['esbuild'] },
  // Nobody loads both, and the command starts faster from few files.
  { name: 'cli', bundles: [['index'], ['main'], ['bin']], external: ['pino'] },
];
