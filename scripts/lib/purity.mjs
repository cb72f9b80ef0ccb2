import ts from 'typescript';

/**
 * Where a file names the clock or chance: `Date`, `performance`, `Math.random` in any spelling.
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
export function impurities(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  /** @type {string[]} */
  const found = [];
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    const name = ts.isIdentifier(node) || ts.isStringLiteral(node) ? node.text : undefined;
    const member = ts.isIdentifier(node) && ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
    const own = member && node.parent.expression.getText() !== 'globalThis';
    const clock = ts.isIdentifier(node) && !own && (name === 'Date' || name === 'performance');
    const chance = name === 'random' && ofMath(node.parent);
    if (clock || chance) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`line ${line + 1} uses ${chance ? 'Math.random' : name}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/**
 * Whether a node is `Math.…`, `Math[…]`, or a pattern that is taken from `Math`.
 * @param {import('typescript').Node} node
 */
function ofMath(node) {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
    return /\bMath$/.test(node.expression.getText());
  const declaration = ts.isBindingElement(node) ? node.parent.parent : undefined;
  return (
    declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer?.getText() === 'Math'
  );
}
