import path from 'node:path';

/** Gives files the names they have in messages, source maps and bundled comments: never absolute ones. */
export interface PathNames {
  /** esbuild's working folder: what its own relative paths are relative to. */
  readonly baseDir: string;
  /**
   * Name of a file given absolutely or relative to `baseDir`. Files of packages are named from their last
   * `node_modules` folder on, wherever that is, so that a hoisted, linked or global install makes no difference.
   */
  name(file: string): string;
}

/** True for what esbuild writes for a plugin's virtual module: `namespace:name`, no path. */
export function isVirtual(input: string): boolean {
  return /^[a-z-]+:/.test(input);
}

/** Names relative to `baseDir`, with `/`. */
export function pathNames(baseDir: string): PathNames {
  return {
    baseDir,
    name(file) {
      const relative = path.relative(baseDir, path.resolve(baseDir, file)).split(path.sep).join('/');
      const packages = relative.lastIndexOf('node_modules/');
      return packages === -1 ? relative : relative.slice(packages);
    },
  };
}

/**
 * esbuild writes each input's path, relative to its working folder, into comments and CommonJS wrappers of the output.
 * For inputs outside that folder the path tells where the folder lies on this machine; this puts the stable name in its
 * place. Only whole lines esbuild makes itself are touched and no line is added, so source maps stay valid.
 */
export function withStablePaths(code: string, inputs: readonly string[], names: PathNames): string {
  const renamed = new Map<string, string>();
  for (const input of inputs) {
    if (isVirtual(input)) continue;
    const name = names.name(input);
    if (name !== input) renamed.set(input, name);
  }
  if (renamed.size === 0) return code;
  return code.replaceAll(
    /^( *\/\/ | *")([^"\n]+)("\(.*|)$/gm,
    (line, before: string, input: string, after: string) => {
      const name = renamed.get(input);
      return name === undefined ? line : `${before}${name}${after}`;
    },
  );
}
