import { applyEdits, modify, parse } from 'jsonc-parser';
import { isObject, type Json } from '../../json.ts';
import { behind, notEditable, type TableEdit } from './edit-text.ts';

/** Edits of a table of JSON lines. */
export function jsonlEdit(file: string): TableEdit {
  const find = (text: string, id: string): { readonly line: string; readonly start: number } => {
    let start = 0;
    for (const line of text.split(/(?<=\n)/)) {
      const value = parse(line.replace(/^\uFEFF/, '')) as Json | undefined;
      if (isObject(value) && value['tenantId'] === id) return { line, start };
      start += line.length;
    }
    throw notEditable(`${file} has no line of ${id} that can be found.`, 'Edit it by hand.');
  };
  return {
    append: (text, definition) => behind(text, JSON.stringify(definition)),
    remove(text, id) {
      const { line, start } = find(text, id);
      return text.slice(0, start) + text.slice(start + line.length);
    },
    set(text, id, fields) {
      const { line, start } = find(text, id);
      return text.slice(0, start) + setFields(line, fields) + text.slice(start + line.length);
    },
  };
}

/** Sets fields of a JSON object in a text; the rest of the text stays. */
export function setFields(text: string, fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields).reduce(
    (now, [path, value]) => applyEdits(now, modify(now, path.split('.'), value, {})),
    text,
  );
}
