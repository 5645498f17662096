import { singleton } from './singleton.ts';

/** Stream: stores and serves video. */
export const stream = singleton({ label: 'Stream', type: 'stream', section: 'stream', order: 340 });
