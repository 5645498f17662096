/** Small mistakes in a source: what somebody might have written by accident. A test should notice each. */
import { parseSource, walk } from './syntax.mjs';

const SWAPS = {
  '===': '!==',
  '!==': '===',
  '<': '>=',
  '>': '<=',
  '<=': '>',
  '>=': '<',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
};
/** Loops without an end would only take time. */
const LOOPS = new Set(['ForStatement', 'WhileStatement', 'DoWhileStatement']);

/**
 * Every mistake this knows how to make in a file.
 * @param {{ path: string, text: string }} file
 * @returns {{ path: string, start: number, end: number, text: string, kind: string }[]} `text` replaces `start`–`end`
 */
export function mutantsOf(file) {
  const found = [];
  walk(parseSource(file), (node, parents) => {
    if (node.type.startsWith('TS') && !EXPRESSIONS.has(node.type)) return false;
    if (node.type === 'ImportDeclaration' || LOOPS.has(node.type)) return node.type !== 'ImportDeclaration';
    const parent = parents.at(-1);
    for (const [kind, start, end, text] of changesOf(node, parent, file.text)) {
      found.push({ path: file.path, start, end, text, kind });
    }
    return true;
  });
  return found;
}

const EXPRESSIONS = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

/** @returns {[kind: string, start: number, end: number, text: string][]} */
function changesOf(node, parent, source) {
  const textOf = ({ start, end }) => source.slice(start, end);
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [['condition turned round', node.test.start, node.test.end, `!(${textOf(node.test)})`]];
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorChanges(node, parent, source);
    case 'ArrayExpression':
      return node.elements.flatMap((_, index) => dropped('item dropped', node.elements, index, source));
    case 'ObjectExpression':
      return node.properties.flatMap((property, index) =>
        property.type === 'SpreadElement' ? dropped('spread dropped', node.properties, index, source) : [],
      );
    case 'ReturnStatement':
      return node.argument === null
        ? []
        : [['return replaced', node.argument.start, node.argument.end, 'undefined']];
    case 'ExpressionStatement':
      return node.directive === undefined || node.directive === null
        ? [['statement dropped', node.start, node.end, ';']]
        : [];
    case 'Literal':
      return typeof node.value === 'boolean'
        ? [['boolean turned round', node.start, node.end, String(!node.value)]]
        : [];
    default:
      return [];
  }
}

function operatorChanges(node, parent, source) {
  if (LOOPS.has(parent?.type)) return [];
  const between = source.slice(node.left.end, node.right.start);
  const at = node.left.end + between.indexOf(node.operator);
  if (node.operator === '??') return [['default dropped', node.left.end, node.right.end, '']];
  const other = SWAPS[node.operator];
  return other === undefined ? [] : [['operator turned round', at, at + node.operator.length, other]];
}

/** One entry of a list left out, with its comma. */
function dropped(kind, entries, index, source) {
  const entry = entries[index];
  if (entry === null) return [];
  const next = entries[index + 1];
  const end = next?.start ?? entry.end + (source[entry.end] === ',' ? 1 : 0);
  return [[kind, entry.start, end, '']];
}
