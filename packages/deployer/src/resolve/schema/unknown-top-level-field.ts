import { didYouMean } from '../../findings/did-you-mean.ts';
import type { Finding } from '../../findings/finding.ts';
import { formatPath } from '../../findings/format-path.ts';
import type { SourceDocument } from '../../documents/source-document.ts';
import type { DocumentPath } from '../../findings/format-path.ts';
import { visible } from '../../text/visible.ts';
import { LOCAL_ONLY_NAMES } from '../../shapes/local-only-names.ts';
import { FIELD_SYNONYMS } from '../../shapes/synonyms.ts';
import { UNSUPPORTED_FIELDS } from '../../shapes/unsupported-fields.ts';
import { WORKER_FIELDS } from './worker-fields.ts';

/** The finding for a field that the wrangler format does not have, or that we refuse by name. */
export function unknownTopLevelField(name: string, path: DocumentPath, document: SourceDocument): Finding {
  const base = {
    severity: LOCAL_ONLY_NAMES.has(name) ? ('warning' as const) : ('error' as const),
    path: formatPath(path),
    place: document.place(path, 'key'),
  };
  const unsupported = Object.hasOwn(UNSUPPORTED_FIELDS, name) ? UNSUPPORTED_FIELDS[name] : undefined;
  if (unsupported !== undefined) {
    return {
      ...base,
      code: unsupported.dropped === true ? 'unknown-field' : 'unsupported-field',
      message: `\`${name}\` is refused: ${unsupported.why}`,
      hint: unsupported.hint,
    };
  }
  const known = [...WORKER_FIELDS.keys(), 'env'];
  const synonym = Object.hasOwn(FIELD_SYNONYMS, name)
    ? FIELD_SYNONYMS[name]?.find((other) => known.includes(other))
    : undefined;
  const meant = synonym ?? didYouMean(name, known);
  return {
    ...base,
    code: 'unknown-field',
    message: `\`${visible(name)}\` is not a field of a wrangler file.`,
    hint:
      meant === null ? 'Remove it; docs/configuration.md lists the fields.' : `Did you mean \`${meant}\`?`,
  };
}
