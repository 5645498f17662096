import path from 'node:path';
import { z } from 'zod';
import { isVirtual, type PathNames } from './stable-paths.ts';
import { compact } from '../../json.ts';

/** The parts of a source map (version 3) that matter here. */
const sourceMapSchema = z.looseObject({
  version: z.literal(3),
  sources: z.array(z.string().nullable()),
  sourceRoot: z.string().optional(),
  sourcesContent: z.array(z.string().nullable()).optional(),
  mappings: z.string(),
  names: z.array(z.string()).optional(),
});

/**
 * esbuild's map in the form it is kept and uploaded: `file` is the module, sources are named like inputs everywhere
 * else. The sources' text stays in it, as the platform shows it in stack traces.
 *
 * @param outdir - folder esbuild's sources are relative to
 */
export function bundleSourceMap(
  json: string,
  options: { readonly moduleName: string; readonly outdir: string; readonly names: PathNames },
): string {
  const map = sourceMapSchema.parse(JSON.parse(json));
  return JSON.stringify({
    version: map.version,
    sources: map.sources.map((source) => nameSource(source, options)),
    sourceRoot: '',
    ...compact({ sourcesContent: map.sourcesContent }),
    mappings: map.mappings,
    names: map.names ?? [],
    file: options.moduleName,
  });
}

/**
 * A map that came with a module that is not bundled. Leading `./` and `../` of its sources are cut, since they point
 * out of what is uploaded.
 *
 * @throws z.ZodError or SyntaxError when it is no source map
 */
export function moduleSourceMap(json: string, moduleName: string): string {
  const map = sourceMapSchema.parse(JSON.parse(json));
  return JSON.stringify({
    ...map,
    ...(map.sourceRoot === undefined ? {} : { sourceRoot: withoutLeadingDots(map.sourceRoot) }),
    sources: map.sources.map((source) => (source === null ? null : withoutLeadingDots(source))),
    file: moduleName,
  });
}

function nameSource(
  source: string | null,
  { outdir, names }: { readonly outdir: string; readonly names: PathNames },
): string | null {
  // `namespace:path` of a plugin's virtual module is no path.
  if (source === null || isVirtual(source)) return source;
  return names.name(path.resolve(outdir, source));
}

function withoutLeadingDots(text: string): string {
  return text.replace(/^(?:\.{1,2}[/\\])+/, '');
}
