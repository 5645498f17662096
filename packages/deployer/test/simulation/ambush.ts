import type { Dice } from './chance.ts';
import { CALL_CLASSES, type Ambush } from './network.ts';

/** At which call of a command somebody acts, or it dies. */
export function pickAmbush(dice: Dice, name: string): Ambush | null {
  const what = dice.pick(`${name} ambush`, [null, null, 'act', 'die before', 'die after'] as const);
  if (what === null) return null;
  const at = dice.pick(`${name} ambush at`, CALL_CLASSES);
  return { what, at, nth: 1 + dice.below(`${name} ambush nth`, 3) };
}

/** At any call of all, or as often at one of the writes and what is read and waited for around them. */
export function pickBusyAmbush(dice: Dice, name: string): Ambush | null {
  const what = dice.pick(`${name} ambush`, [
    null,
    'act',
    'act',
    'act',
    'act',
    'die before',
    'die after',
  ] as const);
  if (what === null) return null;
  const anywhere = dice.happens(`${name} anywhere`, 0.5);
  const at = anywhere ? 'any' : dice.pick(`${name} ambush at`, CALL_CLASSES);
  return { what, at, nth: 1 + dice.below(`${name} ambush nth`, anywhere ? 32 : 5) };
}
