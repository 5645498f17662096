import type { Deployment } from '../cloudflare/shapes.ts';
import { deploymentName, messageWithMarker, type Marker } from '../sections/marker.ts';
import type { WorkerState } from '../sections/registry.ts';
import { ConfigError } from '../errors.ts';
import type { Commit } from '../session/git.ts';

/** Longest `workers/tag`, bytes. */
const TAG_BYTES = 100;

/** Annotations of a version: the user's message with the marker, the user's tag, the commit. */
export function versionAnnotations(options: {
  readonly desired: WorkerState;
  readonly owner: string;
  readonly project: string | null;
  readonly run: string;
  /** The deployment that was live at planning; null for a Worker without one. */
  readonly over: Deployment | null;
  readonly message: string | undefined;
  readonly tag: string | undefined;
  readonly commit: Commit | null;
  /** Digest of the upload as it is kept; null when it is not. */
  readonly artifact: string | null;
  /** The version whose code it brings back. */
  readonly back?: string | undefined;
  /** Script uploads take only message and tag. Source: `annotations` of both upload operations. */
  readonly upload: 'version' | 'script' | 'none';
}): Readonly<Record<string, string>> {
  const { desired, run, message, tag, commit, artifact, back } = options;
  // A dirty tree is not that commit, so it must not fence anybody.
  const sha = commit === null || commit.dirty ? null : commit.sha;
  const asAnnotation = options.upload === 'version';
  const { assets, code, config } = desired;
  const assetsDigest = assets.known ? assets.value?.['digest'] : undefined;
  const marker: Marker = {
    code: code.known ? code.value : null,
    config: config.known ? (config.value ?? '') : '',
    assets: typeof assetsDigest === 'string' ? assetsDigest : null,
    ...(artifact === null ? {} : { artifact }),
    ...(back === undefined ? {} : { back }),
    run,
    // What is live with its upload is a deployment with the same message.
    ...(options.upload === 'script' ? { over: deploymentName(options.over) } : {}),
    of: options.owner,
    ...(options.project === null ? {} : { project: options.project }),
    ...(sha === null || asAnnotation ? {} : { commit: sha }),
  };
  if (tag !== undefined && Buffer.byteLength(tag) > TAG_BYTES) {
    throw new ConfigError(
      'USAGE',
      `The tag has ${Buffer.byteLength(tag)} bytes; Cloudflare takes ${TAG_BYTES}.`,
    );
  }
  return {
    'workers/message': messageWithMarker(message, marker),
    ...(tag === undefined || tag === '' ? {} : { 'workers/tag': tag }),
    ...(sha !== null && asAnnotation ? { 'workers/commit_sha': sha } : {}),
  };
}

/** Message of a deployment: the user's, whose run it was, over which one, and what is set that cannot be read back. */
export function deploymentMessage(
  message: string | undefined,
  of: { readonly run: string; readonly over: Deployment | null },
  triggers: string | null,
): string {
  return messageWithMarker(message, {
    run: of.run,
    over: deploymentName(of.over),
    ...(triggers === null ? {} : { triggers }),
  });
}
