import type { Call } from '../../api/endpoint.ts';
import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import { liveVersion, latestVersion } from '../../wire/scripts.ts';

/**
 * The code of a version (default: the live one): a multipart body for module Workers, with the main module's name in `cf-entrypoint`;
 * the bare script otherwise.
 */
export async function scriptContent(
  call: Call,
  script: ScriptDocument,
  version: VersionDocument | undefined = liveVersion(script) ?? latestVersion(script),
): Promise<Response> {
  if (version === undefined || version.format === 'assets') {
    return new Response('', { headers: { 'content-type': 'application/javascript' } });
  }
  const etag = `"${version.etag}"`;
  if (version.format === 'service-worker') {
    const entry = version.modules.find((module) => module.name === version.mainModule);
    const bytes = entry === undefined ? new Uint8Array() : await call.blobs.get(entry.blob);
    return new Response(new Uint8Array(bytes), {
      headers: { 'content-type': 'application/javascript', etag },
    });
  }
  const form = new FormData();
  for (const module of version.modules) {
    const bytes = new Uint8Array(await call.blobs.get(module.blob));
    form.append(module.name, new File([bytes], module.name, { type: module.contentType }), module.name);
  }
  return new Response(form, { headers: { 'cf-entrypoint': version.mainModule ?? '', etag } });
}
