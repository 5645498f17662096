/**
 * Small mistakes in a source: what somebody might have written by accident. A test should notice each. All of them are
 * written into the source at once, each behind a switch, so that the same loaded module can make any of them.
 */
import { parseSource, walk } from '../syntax.mjs';

const SWAPS = { '&&': '||', '||': '&&', '+': '-', '-': '+' };
const COMPARISONS = new Set(['===', '!==', '<', '>', '<=', '>=']);
/** Loops without an end would only take time. */
const LOOPS = new Set(['ForStatement', 'WhileStatement', 'DoWhileStatement']);
const EXPRESSIONS = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

/**
 * Every mistake this knows how to make in a file.
 * @param {{ path: string, text: string }} file
 * @returns {{ path: string, start: number, end: number, kind: string, write: Write }[]}
 * @typedef {(on: string, textOf: (node: { start: number, end: number }) => string) => string} Write the replacement of
 *   `start`–`end`: `on` is true when the mistake is to be made
 */
export function mutantsOf(file) {
  const found = [];
  walk(parseSource(file), (node, parents) => {
    if (node.type.startsWith('TS') && !EXPRESSIONS.has(node.type)) return false;
    if (node.type === 'ImportDeclaration' || LOOPS.has(node.type)) return node.type !== 'ImportDeclaration';
    for (const [kind, { start, end }, write] of changesOf(node, parents.at(-1))) {
      found.push({ path: file.path, start, end, kind, write, inParts: isInParts(kind, node) });
    }
    return true;
  });
  return found;
}

/**
 * A source with mistakes that wait for their switch.
 * @param {string} text
 * @param {{ id: number, start: number, end: number, write: Write }[]} mutants in the order of `mutantsOf`
 */
export function withMutants(text, mutants) {
  const between = (start, end, inside) => {
    let written = '';
    let at = start;
    let rest = inside.toSorted(
      // One that writes the parts of its node anew comes inside those that take the same node whole.
      (a, b) => a.start - b.start || b.end - a.end || Number(a.inParts) - Number(b.inParts) || a.id - b.id,
    );
    while (rest.length > 0) {
      const [outer, ...others] = rest;
      const within = others.filter((other) => other.end <= outer.end);
      const textOf = (node) =>
        between(
          node.start,
          node.end,
          within.filter((other) => other.start >= node.start && other.end <= node.end),
        );
      written += text.slice(at, outer.start) + outer.write(`globalThis.__mutant(${outer.id})`, textOf);
      at = outer.end;
      rest = others.filter((other) => other.start >= outer.end);
    }
    return written + text.slice(at, end);
  };
  return between(0, text.length, mutants);
}

/** @returns {[kind: string, node: { start: number, end: number }, write: Write][]} */
function changesOf(node, parent) {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [['condition turned round', node.test, negated(node.test)]];
    case 'BinaryExpression':
    case 'LogicalExpression':
      return LOOPS.has(parent?.type) ? [] : operatorChanges(node);
    case 'ArrayExpression':
      return node.elements
        .filter((element) => element !== null)
        .map((element) => [
          'item dropped',
          element,
          (on, textOf) => `...(${on} ? [] : [${textOf(element)}])`,
        ]);
    case 'ObjectExpression':
      return node.properties
        .filter(({ type }) => type === 'SpreadElement')
        .map((spread) => [
          'spread dropped',
          spread,
          (on, textOf) => `...(${on} ? {} : (${textOf(spread.argument)}))`,
        ]);
    case 'ReturnStatement':
      return node.argument === null
        ? []
        : [
            [
              'return replaced',
              node.argument,
              (on, textOf) => `(${on} ? undefined : (${textOf(node.argument)}))`,
            ],
          ];
    case 'ExpressionStatement':
      return typeof node.directive === 'string'
        ? []
        : [['statement dropped', node, (on, textOf) => `{ if (!${on}) { ${textOf(node)} } }`]];
    case 'Literal':
      return typeof node.value === 'boolean' ? [['boolean turned round', node, negated(node)]] : [];
    default:
      return [];
  }
}

/** Whether what is written has the two sides of a node instead of the node. */
function isInParts(kind, { operator }) {
  return kind === 'default dropped' || (kind === 'operator turned round' && operator in SWAPS);
}

function negated(node) {
  return (on, textOf) => `(${on} !== Boolean(${textOf(node)}))`;
}

function operatorChanges(node) {
  const { operator, left, right } = node;
  const kind = 'operator turned round';
  if (COMPARISONS.has(operator)) return [[kind, node, negated(node)]];
  if (operator === '??') {
    return [
      [
        'default dropped',
        node,
        (on, textOf) => `((${textOf(left)}) ?? (${on} ? undefined : (${textOf(right)})))`,
      ],
    ];
  }
  const other = SWAPS[operator];
  if (other === undefined) return [];
  return [
    [
      kind,
      node,
      (on, textOf) =>
        `(${on} ? (${textOf(left)}) ${other} (${textOf(right)}) : (${textOf(left)}) ${operator} (${textOf(right)}))`,
    ],
  ];
}
