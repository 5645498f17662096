import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The licences of the packages that a bundle holds code of, as their licences ask.
 * @param inputs paths of the bundled files, relative to `root`
 */
export async function noticesOf(inputs, root) {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const notices = await Promise.all([...folders].toSorted().map((folder) => noticeOf(join(root, folder))));
  return `Code of these packages is part of the files beside this one.\n\n${notices.join('\n\n')}\n`;
}

function packageFolder(input) {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
  return folder;
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : (await readFile(join(folder, file), 'utf8')).trim();
  return `--- ${name} ${version}, ${license} ---\n\n${text}`;
}
