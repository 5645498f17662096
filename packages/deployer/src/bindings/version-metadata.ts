import { singleton } from './singleton.ts';

/** Version metadata: id, tag and time of the running version. */
export const versionMetadata = singleton({
  label: 'Version metadata',
  type: 'version_metadata',
  section: 'version_metadata',
  order: 360,
});
