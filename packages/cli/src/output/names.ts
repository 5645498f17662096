import type { Style } from './style.ts';

/** Names separated by commas, in lines no wider than the terminal. */
export function wrapNames(head: string, names: readonly string[], style: Style): readonly string[] {
  const lines = [head];
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name}, `;
    const last = lines.at(-1) ?? '';
    if (last !== head && last.length + word.length > style.width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last + word;
  }
  return lines.map((line) => line.trimEnd());
}
