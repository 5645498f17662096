import type { JsonObject } from '../json.ts';
import type { Bundle } from '../bundle/bundle.ts';

/**
 * The multipart body of an upload: one JSON part `metadata`, then one part per module whose part name and file name
 * both equal the module's name, directories kept. Made fresh for each attempt.
 *
 * Source: `PUT workers/scripts/{name}` and `POST …/versions`. The SDK's own encoder flattens objects and cuts
 * directories off file names, so the form is built here and passed through as it is.
 */
export function buildUploadForm(metadata: JsonObject, bundle: Bundle | null): FormData {
  const form = new FormData();
  form.set('metadata', JSON.stringify(metadata));
  for (const module of [...(bundle?.modules ?? []), ...(bundle?.sourceMaps ?? [])]) {
    form.set(
      module.name,
      new File([Uint8Array.from(module.bytes)], module.name, { type: module.contentType }),
      module.name,
    );
  }
  return form;
}
