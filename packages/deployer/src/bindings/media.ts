import { singleton } from './singleton.ts';

/** Media Transformations: resizes and cuts video. */
export const media = singleton({
  label: 'Media Transformations',
  type: 'media',
  section: 'media',
  order: 350,
});
