import { singleton } from './singleton.ts';

/** Analytics SQL: queries Analytics Engine. */
export const analytics = singleton({
  label: 'Analytics SQL',
  type: 'analytics',
  section: 'analytics',
  order: 245,
});
