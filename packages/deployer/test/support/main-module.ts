import type { DoubleOptions } from '@cf-deploy/emulator';

type Version = Parameters<NonNullable<DoubleOptions['answer']>>[0]['version'];

/** The code of a version's main module, as it was uploaded; empty for one without code. */
export function mainModule(
  view: DoubleOptions['view'],
  { modules, mainModule: entry }: Pick<Version, 'modules' | 'mainModule'>,
): Promise<Uint8Array> {
  return view.blob(modules.find(({ name }) => name === entry)?.blob ?? '');
}
