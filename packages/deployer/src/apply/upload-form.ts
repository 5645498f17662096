import type { JsonObject } from '../json.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { FormPart } from '../transport/multipart.ts';

/**
 * The form of an upload: one JSON part `metadata`, then one part per module whose part name and file name
 * both equal the module's name, directories kept. Made fresh for each attempt.
 *
 * Source: `PUT workers/scripts/{name}` and `POST …/versions`. The SDK's own encoder flattens objects and cuts
 * directories off file names, so the form is built here and passed through as it is.
 */
export function buildUploadForm(metadata: JsonObject, bundle: Bundle | null): readonly FormPart[] {
  return [
    { name: 'metadata', content: JSON.stringify(metadata) },
    ...[...(bundle?.modules ?? []), ...(bundle?.sourceMaps ?? [])].map(({ name, contentType, bytes }) => ({
      name,
      contentType,
      content: bytes,
    })),
  ];
}
