import type { BindingRuntime } from './binding-runtime.ts';

/** Which version is running: `{ id, tag, timestamp }`. Source: docs, "Version metadata". */
export const versionMetadata: BindingRuntime = {
  part: (binding, { version }) => ({
    bindings: {
      [binding.name]: {
        id: version.id,
        tag: version.annotations['workers/tag'] ?? '',
        timestamp: version.createdOn,
      },
    },
  }),
};
