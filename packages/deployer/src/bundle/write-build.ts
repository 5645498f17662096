import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AssetManifest } from '../assets/manifest.ts';
import { manifestBody } from '../assets/manifest.ts';
import { DeployError } from '../errors.ts';
import type { Bundle, BundleModule } from './bundle.ts';

/** A file that was written. */
export interface WrittenFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

/** Names of the files beside the modules. */
const REPORT = 'bundle-report.json';
const ASSETS = 'assets-manifest.json';

/**
 * Writes what would be uploaded: every module under its own name, the source maps, and a report with sizes, digest and
 * inputs. Nothing in it names this machine.
 *
 * @returns the files, in the order written
 * @throws DeployError USAGE when a module's name points out of the folder
 */
export async function writeBuild(options: {
  readonly bundle: Bundle | null;
  readonly assets: AssetManifest | null;
  readonly outdir: string;
}): Promise<WrittenFile[]> {
  const { bundle, assets, outdir } = options;
  await mkdir(outdir, { recursive: true });
  const files: [string, Uint8Array][] = [];
  if (bundle !== null) {
    for (const module of [...bundle.modules, ...bundle.sourceMaps])
      files.push([fileName(module, outdir), module.bytes]);
    files.push([REPORT, json(bundleReport(bundle))]);
  }
  if (assets !== null) {
    const { config, digest, totalBytes } = assets;
    files.push([ASSETS, json({ digest, totalBytes, config, manifest: manifestBody(assets) })]);
  }
  for (const [name, bytes] of files) {
    const file = path.join(outdir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  return files.map(([name, bytes]) => ({ path: name, bytes: bytes.byteLength }));
}

/** What `bundle-report.json` says. */
export function bundleReport(bundle: Bundle): object {
  const { format, mainModule, digest, size, exports, bindings, inputs, warnings } = bundle;
  const modules = bundle.modules.map(({ name, contentType, bytes }) => ({
    name,
    contentType,
    bytes: bytes.byteLength,
  }));
  return { format, mainModule, digest, size, exports, bindings, modules, inputs, warnings };
}

function fileName({ name }: BundleModule, outdir: string): string {
  const relative = path.relative(outdir, path.resolve(outdir, name)).split(path.sep).join('/');
  if (relative === '' || relative.startsWith('../') || path.isAbsolute(relative)) {
    throw new DeployError(
      'USAGE',
      `The module "${name}" lies outside of the output folder and cannot be written there.`,
      {
        hint: 'Remove preserve_file_names, so that modules are named by their content.',
      },
    );
  }
  return relative;
}

function json(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
