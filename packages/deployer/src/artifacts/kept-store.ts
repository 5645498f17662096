import { DeployError } from '../errors.ts';
import { fileNamePart } from '../records/file-name-part.ts';
import { remember } from '../remember.ts';
import type { Redactor } from '../security/redact.ts';
import type { ArtifactCode, ArtifactTarget } from './artifact.ts';
import type { ArtifactFiles, KeptFile } from './artifact-files.ts';
import type { ArtifactStore, Keeping, Pruned } from './artifact-store.ts';
import { outdated, USUAL_KEEPING } from './keeping.ts';
import { codeText, readCode, readUpload, sha256, uploadText } from './serialised.ts';

/** Hexadecimal digits of an artifact's digest. */
const DIGITS = 32;
/** Code that was used so lately is not dropped: whoever puts it may be about to name it. */
const GRACE_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * GRACE_MS;
/** Key of an upload: its Worker, its digest, and that of its code. */
const UPLOAD = /^uploads\/([^/]+)\/([0-9a-f]{32})\.([0-9a-f]{64}|none)\.json$/;
const CODE = /^code\/([0-9a-f]{64})\.json$/;
/** When it was written, old artifacts were dropped last. */
const STAMP = 'pruned';

/** What the store works with. */
export interface KeptStoreOptions {
  readonly files: ArtifactFiles;
  readonly redactor: Redactor;
  readonly now: () => number;
  /** @default 90 days, and 10 to 100 of each Worker */
  readonly keeping?: Keeping;
}

/**
 * Artifacts as texts: `code/<digest>.json` for the code, shared by all that upload it, and
 * `uploads/<target>/<digest>.<code>.json` for the rest. Keys say what belongs together, so that nothing but keys is
 * read to find out what nobody needs any more.
 */
export function createKeptStore(options: KeptStoreOptions): ArtifactStore {
  const { files, redactor, now, keeping = USUAL_KEEPING } = options;
  const keys = new WeakMap<ArtifactCode['modules'], string>();
  /** Until then nothing is due, by what was seen of the stamp: in a bucket each look is a call. */
  let restsUntil = 0;

  /** Many targets share one bundle: what it is called is found out once. */
  async function putCode(code: ArtifactCode): Promise<string> {
    const known = keys.get(code.modules);
    if (known !== undefined && (await files.touch(codeKey(known)))) return known;
    const text = codeText(code);
    const digest = sha256(text);
    if (!(await files.touch(codeKey(digest)))) {
      for (const { bytes } of [...code.modules, ...code.sourceMaps]) refuseSecrets(redactor, bytes);
      await files.write(codeKey(digest), text);
    }
    keys.set(code.modules, digest);
    return digest;
  }

  return {
    async put(artifact) {
      const code = artifact.code === null ? null : await putCode(artifact.code);
      const text = uploadText(artifact, code);
      if (redactor.holds(text)) throw secretInside();
      const digest = sha256(text).slice(0, DIGITS);
      const key = `${uploadsOf(artifact.target)}${digest}.${code ?? 'none'}.json`;
      if (!(await files.touch(key))) await files.write(key, text);
      return digest;
    },
    async get(target, digest) {
      if (!/^[0-9a-f]{32}$/.test(digest)) return null;
      const [found] = await files.list(`${uploadsOf(target)}${digest}.`);
      const text = found === undefined ? null : await files.read(found.key);
      if (text === null || sha256(text).slice(0, DIGITS) !== digest) return null;
      const upload = readUpload(text);
      if (upload === null || targetName(upload.target) !== targetName(target)) return null;
      if (upload.code === null) return { ...upload, code: null };
      const kept = await files.read(codeKey(upload.code));
      const code = kept === null || sha256(kept) !== upload.code ? null : readCode(kept);
      return code === null ? null : { ...upload, code };
    },
    async prune(when = 'due') {
      if (when === 'due' && now() < restsUntil) return NOTHING;
      const [stamp] = await files.list(STAMP);
      if (when === 'due' && stamp !== undefined && now() - stamp.at < DAY_MS) {
        restsUntil = stamp.at + DAY_MS;
        return NOTHING;
      }
      const uploads = await files.list('uploads/');
      if (uploads.length === 0) return NOTHING;
      restsUntil = now() + DAY_MS;
      await files.write(STAMP, '');
      return prune(files, uploads, { keeping, now: now() });
    },
  };
}

const NOTHING: Pruned = { artifacts: 0, codes: 0 };

async function prune(
  files: ArtifactFiles,
  uploads: readonly KeptFile[],
  { keeping, now }: { readonly keeping: Keeping; readonly now: number },
): Promise<Pruned> {
  const known = uploads.flatMap((file) => {
    const [, target, , code] = UPLOAD.exec(file.key) ?? [];
    return target === undefined || code === undefined ? [] : [{ ...file, target, code }];
  });
  const byTarget = new Map<string, (typeof known)[number][]>();
  for (const upload of known) remember(byTarget, upload.target, () => []).push(upload);
  const old = new Set([...byTarget.values()].flatMap((of) => outdated(of, keeping, now)));
  const used = new Set(known.filter((upload) => !old.has(upload)).map(({ code }) => code));
  const unused = (await files.list('code/')).filter((file) => isUnused(file, used, now));
  for (const { key } of [...old, ...unused]) await files.remove(key);
  return { artifacts: old.size, codes: unused.length };
}

function isUnused({ key, at }: KeptFile, used: ReadonlySet<string>, now: number): boolean {
  const digest = CODE.exec(key)?.[1];
  return digest !== undefined && !used.has(digest) && now - at >= GRACE_MS;
}

function codeKey(digest: string): string {
  return `code/${digest}.json`;
}

function uploadsOf(target: ArtifactTarget): string {
  return `uploads/${targetName(target)}/`;
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
  return new DeployError('ARTIFACT_REFUSED', 'The upload holds the value of a secret, so it is not kept.', {
    hint: 'Declare the value as a secret instead of writing it into code or variables; a rollback to this version can then upload it again.',
  });
}
