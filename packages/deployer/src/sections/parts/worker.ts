import { compareWhole } from '../compare.ts';
import { always, defineSection, known } from '../section.ts';

/** The Worker itself: there or not. */
export const worker = defineSection<string | null>({
  carrier: 'upload',
  desired: () => 'present',
  absent: null,
  read: async () => known('present'),
  compare: compareWhole,
  owns: always,
});
