import { singleton } from './singleton.ts';

/** Web search. */
export const websearch = singleton({
  label: 'Web search',
  type: 'websearch',
  section: 'websearch',
  order: 140,
});
