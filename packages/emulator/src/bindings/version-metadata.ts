import { versionMetadata } from '../runtime/bindings/version-metadata.ts';
import type { BindingKind } from './binding-kind.ts';

/** Id, tag and time of the version. */
export const versionMetadataBinding: BindingKind = {
  fields: {},
  runtime: versionMetadata,
};
