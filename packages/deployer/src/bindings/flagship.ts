import { z } from 'zod';
import { bindingName, list, remote, resourceId } from '../shapes/primitives.ts';
import { defineBinding, keep } from './define-binding.ts';

/** Flagship: feature flags of an app. Without an app id the app bound now under that name stays (`inherit`). */
export const flagship = defineBinding({
  label: 'Flagship app',
  types: ['flagship'],
  section: 'flagship',
  schema: list(z.strictObject({ binding: bindingName, app_id: resourceId.optional(), remote })),
  order: 200,
  fromConfig: (section) =>
    section.map(({ binding, app_id: appId }) =>
      appId === undefined
        ? { name: binding, type: 'inherit' }
        : { name: binding, type: 'flagship', app_id: appId },
    ),
  normalise: (binding) => keep(binding, ['app_id']),
  describe: (binding) => `Flagship app ${String(binding['app_id'])}`,
});
