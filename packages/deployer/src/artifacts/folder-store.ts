import { mkdir, readdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { DeployError } from '../errors.ts';
import { fileNamePart } from '../records/file-name-part.ts';
import type { Redactor } from '../security/redact.ts';
import type { ArtifactCode, ArtifactTarget } from './artifact.ts';
import type { ArtifactStore, Keeping, Pruned } from './artifact-store.ts';
import { outdated, USUAL_KEEPING } from './keeping.ts';
import { codeText, readCode, readUpload, sha256, uploadText } from './serialised.ts';

/** Hexadecimal digits of an artifact's digest. */
const DIGITS = 32;
/** Code that was used so lately is not dropped: whoever puts it may be about to name it. */
const GRACE_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * GRACE_MS;
/** How an upload's file is called: its digest, and that of its code. */
const UPLOAD = /^([0-9a-f]{32})\.([0-9a-f]{64}|none)\.json$/;

/** What the store works with. */
export interface FolderStoreOptions {
  /** Made when the first artifact is put; for its owner only. */
  readonly folder: string;
  readonly redactor: Redactor;
  readonly now: () => number;
  readonly keeping?: Keeping;
}

/**
 * Artifacts as files: `code/<digest>.json` for the code, shared by all that upload it, and
 * `uploads/<target>/<digest>.<code>.json` for the rest. Names say what belongs together, so that nothing but names is
 * read to find out what nobody needs any more.
 */
export function createFolderStore(options: FolderStoreOptions): ArtifactStore {
  const { folder, redactor, now } = options;
  const keys = new WeakMap<ArtifactCode['modules'], string>();
  const codeFile = (key: string): string => join(folder, 'code', `${key}.json`);
  const targetFolder = (target: ArtifactTarget): string => join(folder, 'uploads', targetName(target));

  /** Many targets share one bundle: what it is called is found out once. */
  async function putCode(code: ArtifactCode): Promise<string> {
    const known = keys.get(code.modules);
    if (known !== undefined && (await touched(codeFile(known), now()))) return known;
    const text = codeText(code);
    const key = sha256(text);
    if (!(await touched(codeFile(key), now()))) {
      for (const { bytes } of [...code.modules, ...code.sourceMaps]) refuseSecrets(redactor, bytes);
      await writePrivately(codeFile(key), text, now());
    }
    keys.set(code.modules, key);
    return key;
  }

  return {
    async put(artifact) {
      const code = artifact.code === null ? null : await putCode(artifact.code);
      const text = uploadText(artifact, code);
      if (redactor.holds(text)) throw secretInside();
      const digest = sha256(text).slice(0, DIGITS);
      const file = join(targetFolder(artifact.target), `${digest}.${code ?? 'none'}.json`);
      if (!(await touched(file, now()))) await writePrivately(file, text, now());
      return digest;
    },
    async get(target, digest) {
      const inside = targetFolder(target);
      const names = await readdir(inside).catch(() => []);
      const name = names.find((one) => UPLOAD.exec(one)?.[1] === digest);
      const text = name === undefined ? null : await readText(join(inside, name));
      if (text === null || sha256(text).slice(0, DIGITS) !== digest) return null;
      const upload = readUpload(text);
      if (upload === null || targetName(upload.target) !== targetName(target)) return null;
      if (upload.code === null) return { ...upload, code: null };
      const kept = await readText(codeFile(upload.code));
      const code = kept === null || sha256(kept) !== upload.code ? null : readCode(kept);
      return code === null ? null : { ...upload, code };
    },
    prune: (when = 'due') => prune({ ...options, keeping: options.keeping ?? USUAL_KEEPING }, when),
  };
}

async function prune(
  { folder, keeping, now }: Required<FolderStoreOptions>,
  when: 'due' | 'now',
): Promise<Pruned> {
  const stamp = join(folder, 'pruned');
  const last = await stat(stamp).catch(() => null);
  const nothing = { artifacts: 0, codes: 0 };
  if (when === 'due' && last !== null && now() - last.mtimeMs < DAY_MS) return nothing;
  const targets = await readdir(join(folder, 'uploads')).catch(() => null);
  if (targets === null) return nothing;
  await writeFile(stamp, '', { mode: 0o600 });
  await utimes(stamp, now() / 1_000, now() / 1_000);
  const used = new Set<string>();
  let artifacts = 0;
  for (const target of targets) {
    artifacts += await pruneTarget(join(folder, 'uploads', target), { keeping, now: now(), used });
  }
  return { artifacts, codes: await pruneCode(join(folder, 'code'), used, now()) };
}

/** Adds the code that stays in use. */
async function pruneTarget(
  folder: string,
  { keeping, now, used }: { readonly keeping: Keeping; readonly now: number; readonly used: Set<string> },
): Promise<number> {
  const names = (await readdir(folder)).filter((name) => UPLOAD.test(name));
  const uploads = await Promise.all(
    names.map(async (name) => ({ name, at: await usedAt(join(folder, name)) })),
  );
  const old = outdated(uploads, keeping, now);
  for (const { name } of old) await rm(join(folder, name), { force: true });
  for (const { name } of uploads.filter((upload) => !old.includes(upload)))
    used.add(UPLOAD.exec(name)?.[2] ?? '');
  if (old.length === uploads.length) await rmdir(folder).catch(() => undefined);
  return old.length;
}

async function pruneCode(folder: string, used: ReadonlySet<string>, now: number): Promise<number> {
  let dropped = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    if (used.has(name.replace(/\.json$/, '')) || now - (await usedAt(file)) < GRACE_MS) continue;
    await rm(file, { force: true });
    dropped += 1;
  }
  return dropped;
}

/** Last put; 0 for a file that is gone. */
async function usedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.mtimeMs ?? 0;
}

/** Notes that it is in use; false when there is no such file. */
async function touched(file: string, now: number): Promise<boolean> {
  return utimes(file, now / 1_000, now / 1_000).then(
    () => true,
    () => false,
  );
}

async function writePrivately(file: string, text: string, now: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Its digest tells a file that power loss cut short, so nobody waits for the disk.
  await writeFileAtomic(file, text, { mode: 0o600, fsync: false });
  await touched(file, now);
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

/** The name people know, and a digest that keeps those apart that are written alike. */
function targetName({ accountId, scriptName, dispatchNamespace }: ArtifactTarget): string {
  const key = sha256(JSON.stringify([accountId, dispatchNamespace, scriptName])).slice(0, 16);
  return `${fileNamePart(scriptName)}-${key}`;
}

/** As text where it is text; other bytes hold no secret that could be told. */
function refuseSecrets(redactor: Redactor, bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString('latin1');
  if (redactor.holds(text)) throw secretInside();
}

function secretInside(): DeployError {
  return new DeployError(
    'ARTIFACT_REFUSED',
    'The upload holds the value of a secret, so it is not kept here.',
    {
      hint: 'Declare the value as a secret instead of writing it into code or variables; a rollback to this version can then upload it again.',
    },
  );
}
