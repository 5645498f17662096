import { isMap, isScalar, isSeq, parseDocument, stringify, type Node } from 'yaml';
import { behind, nested, notEditable, type TableEdit } from './edit-text.ts';

/** An item of the list: its lines, and where they stand. */
interface Item {
  readonly text: string;
  readonly start: number;
}

/** Edits of a table in YAML: a list at the left edge. */
export function yamlEdit(file: string): TableEdit {
  const find = (text: string, id: string): Item => {
    const item = itemsOf(text).find((each) => idOf(each.text) === id);
    if (item !== undefined) return item;
    throw notEditable(`${file} has no item of ${id} that can be found.`, 'Edit it by hand.');
  };
  return {
    append(text, definition) {
      if (/^\.\.\.\s*$/m.test(text)) throw notEditable(`${file} is ended by "...".`, 'Edit it by hand.');
      return behind(text, stringify([definition]).trimEnd());
    },
    remove(text, id) {
      const { start, text: item } = find(text, id);
      return text.slice(0, start) + text.slice(start + item.length);
    },
    set(text, id, fields) {
      const { start, text: item } = find(text, id);
      const changed = Object.entries(fields).reduce(
        (now, [path, value]) => setField(file, now, path.split('.'), value),
        item,
      );
      return text.slice(0, start) + changed + text.slice(start + item.length);
    },
  };
}

/** Comments and empty lines behind an item are not its own: they stand before the next. */
function itemsOf(text: string): readonly Item[] {
  const items: { text: string; start: number; waiting: string }[] = [];
  let start = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const last = items.at(-1);
    if (/^-(\s|$)/.test(line)) items.push({ text: line, start, waiting: '' });
    else if (last !== undefined && /^\s+\S/.test(line)) {
      last.text += last.waiting + line;
      last.waiting = '';
    } else if (last !== undefined) last.waiting += line;
    start += line.length;
  }
  return items;
}

function idOf(item: string): string | null {
  const parsed = parseDocument(item);
  const id: unknown = parsed.getIn([0, 'tenantId']);
  return parsed.errors.length === 0 && typeof id === 'string' ? id : null;
}

function setField(file: string, item: string, path: readonly string[], value: string): string {
  const parsed = parseDocument(item);
  const node = parsed.getIn([0, ...path], true) as Node | undefined;
  if (isScalar(node) && node.range !== null && node.range !== undefined) {
    const [from, to] = node.range;
    return item.slice(0, from) + scalar(value) + item.slice(to);
  }
  const list = parsed.contents;
  const map = isSeq(list) ? list.items[0] : undefined;
  const [first] = path;
  if (node !== undefined || !isMap(map) || map.flow === true || first === undefined || map.has(first))
    throw notEditable(`${file}: \`${path.join('.')}\` cannot be set without guessing.`, 'Edit it by hand.');
  const indent = /^-(\s+)/.exec(item)?.[1]?.length ?? 1;
  const lines = stringify(nested({ [path.join('.')]: value }))
    .trimEnd()
    .split('\n')
    .map((line) => `${' '.repeat(indent + 1)}${line}`)
    .join('\n');
  return behind(item, lines);
}

/** As YAML writes it: text of digits in quotes. */
function scalar(value: string): string {
  return stringify(value).trimEnd();
}
