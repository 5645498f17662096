import { singleton } from './singleton.ts';

/** Browser Rendering: drives a headless browser. */
export const browser = singleton({
  label: 'Browser Rendering',
  type: 'browser',
  section: 'browser',
  order: 310,
});
