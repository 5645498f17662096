import { singleton } from './singleton.ts';

/** Images: transforms images. */
export const images = singleton({ label: 'Images', type: 'images', section: 'images', order: 330 });
