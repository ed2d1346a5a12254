import { parseSync } from 'vite';

/**
 * One place where a file names another module: `static` and `dynamic` load it, `type` is gone after compilation, `url` and `resolve`
 * find it, to be read or loaded elsewhere (`new URL('./x.js', import.meta.url)`, `createRequire(import.meta.url).resolve('x')`).
 */
export interface ImportStatement {
  readonly specifier: string;
  readonly how: 'static' | 'dynamic' | 'type' | 'url' | 'resolve';
}

interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Every module that a TypeScript source names, in the order of the text. A computed `import(name)` names none. */
export function readImports(path: string, source: string): ImportStatement[] {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: ImportStatement[] = [];
  visit(program as unknown as SyntaxNode, (node) => {
    const statement = readStatement(node);
    if (statement) found.push(statement);
  });
  return found;
}

function readStatement(node: SyntaxNode): ImportStatement | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return statement(node.source, node.importKind === 'type' ? 'type' : 'static');
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return statement(node.source, node.exportKind === 'type' ? 'type' : 'static');
    case 'TSExternalModuleReference':
      return statement(node.expression, 'static');
    case 'TSImportType':
      return statement(node.source, 'type');
    case 'ImportExpression':
      return statement(node.source, 'dynamic');
    case 'CallExpression':
      if (isIdentifier(node.callee, 'require')) return statement(firstOf(node.arguments), 'static');
      return isResolver(node.callee) ? statement(firstOf(node.arguments), 'resolve') : undefined;
    case 'NewExpression':
      return isIdentifier(node.callee, 'URL') ? relative(statement(firstOf(node.arguments), 'url')) : undefined;
    default:
      return undefined;
  }
}

function statement(source: unknown, how: ImportStatement['how']): ImportStatement | undefined {
  const specifier = isNode(source) ? source.value : undefined;
  return typeof specifier === 'string' ? { specifier, how } : undefined;
}

/** `new URL('https://…')` names no module. */
function relative(found: ImportStatement | undefined): ImportStatement | undefined {
  return found && /^\.\.?\/.*\.js$/.test(found.specifier) ? found : undefined;
}

function visit(node: SyntaxNode, see: (node: SyntaxNode) => void): void {
  see(node);
  for (const field of Object.values(node)) {
    for (const child of Array.isArray(field) ? field : [field]) {
      if (isNode(child)) visit(child, see);
    }
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function isIdentifier(value: unknown, name: string): boolean {
  return isNode(value) && value.type === 'Identifier' && value.name === name;
}

/** `require.resolve`, `createRequire(…).resolve` and `import.meta.resolve`, but not `path.resolve` or `Promise.resolve`. */
function isResolver(callee: unknown): boolean {
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isIdentifier(callee.property, 'resolve')) return false;
  const { object } = callee;
  if (!isNode(object)) return false;
  return (
    object.type === 'MetaProperty' ||
    isIdentifier(object, 'require') ||
    (object.type === 'CallExpression' && isIdentifier(object.callee, 'createRequire'))
  );
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
