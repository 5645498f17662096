/** How workerd is to load an uploaded module. */
export type ModuleKind = 'esm' | 'commonjs' | 'text' | 'data' | 'json' | 'wasm' | 'python';

const KINDS: Record<string, ModuleKind> = {
  'application/javascript+module': 'esm',
  'text/javascript+module': 'esm',
  'application/javascript': 'commonjs',
  'text/javascript': 'commonjs',
  'application/wasm': 'wasm',
  'text/plain': 'text',
  'application/octet-stream': 'data',
  'application/json': 'json',
  'text/x-python': 'python',
};

/**
 * Kind of a module by the MIME type of its form part.
 * @returns null for parts that are not loaded at all: source maps, Python requirements, unknown types.
 */
export function moduleKind(contentType: string): ModuleKind | null {
  const bare = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(KINDS, bare) ? (KINDS[bare] ?? null) : null;
}

/** Name under which other modules import a module: `./a.wasm` and `a.wasm` are the same one. */
export function moduleName(partName: string): string {
  return partName.replace(/^(?:\.\/)+/, '');
}
