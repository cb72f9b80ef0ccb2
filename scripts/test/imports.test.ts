import { describe, expect, it } from 'vitest';
import { checkFile, checkManifest, checkTable, checkWorkspace, table } from '../lib/imports.mjs';

const primitive = { floor: 1, imports: ['crypto'] };
const assembly = { floor: 3, imports: ['crypto', 'ledger'], assembly: true };
const manifest = {
  dependencies: { '@ios/crypto': 'workspace:^', '@noble/hashes': '2.4.0', ws: '8.0.0' },
  devDependencies: { '@ios/simulator': 'workspace:^', '@noble/curves': '2.4.0' },
};
const check = (text: string, path = 'src/block.ts', row = primitive) => checkFile('ledger', row, manifest, path, text);

describe('the import table', () => {
  it('holds for the workspace', () => {
    expect(checkWorkspace()).toEqual([]);
  });

  it('lets packages import lower floors alone', () => {
    expect(checkTable(table)).toEqual([]);
    expect(checkTable({ a: { floor: 1, imports: ['b'] }, b: { floor: 1, imports: [] } })).toHaveLength(1);
    expect(checkTable({ a: { floor: 0, imports: ['b'] }, b: { floor: 1, imports: [] } })).toHaveLength(1);
    expect(checkTable({ a: { floor: 1, imports: ['b'] } })).toEqual(['table: a imports b, which is no package']);
  });

  it('holds for manifests', () => {
    expect(checkManifest('ledger', primitive, manifest)).toEqual([]);
    expect(checkManifest('ledger', primitive, { dependencies: { '@ios/bft': '1' } })).toHaveLength(1);
    expect(checkManifest('ledger', primitive, { dependencies: { '@ios/simulator': '1' } })).toHaveLength(1);
    expect(checkManifest('ledger', primitive, { devDependencies: { '@ios/bft': '1' } })).toHaveLength(1);
    expect(checkManifest('simulator', primitive, { devDependencies: { '@ios/simulator': '1' } })).toHaveLength(1);
    const developing = { floor: 0, imports: [], develops: ['crypto'] };
    const [dependencies, none] = [{ '@ios/crypto': '1' }, { '@ios/bft': '1' }];
    expect(checkManifest('wasm', developing, { devDependencies: dependencies })).toEqual([]);
    expect(checkManifest('wasm', developing, { devDependencies: none })).toHaveLength(1);
    expect(checkManifest('wasm', developing, { dependencies })).toHaveLength(1);
    const imported = "import '@ios/crypto/group';";
    expect(checkFile('wasm', developing, { devDependencies: dependencies }, 'test/a.test.ts', imported)).toEqual([]);
    expect(checkFile('wasm', developing, { devDependencies: dependencies }, 'src/a.ts', imported)).toHaveLength(1);
  });
});

describe('an import in src', () => {
  it('may be of a file in src, of an allowed package, of an open package', () => {
    expect(check("import { a } from './a.ts';\nimport type { B } from '@ios/crypto/merkle';")).toEqual([]);
    expect(check("export * from '../src/a.ts';\nimport { sha256 } from '@noble/hashes/sha2.js';")).toEqual([]);
    expect(check("import WebSocket from 'ws';\nimport { open } from 'node:fs';", 'src/rpc.ts', assembly)).toEqual([]);
  });

  it.each([
    ['a sibling', "import '@ios/bft';", 'does not allow'],
    ['a sibling, as a type', "import type { A } from '@ios/bft';", 'does not allow'],
    ['a sibling, again exported', "export { a } from '@ios/bft';", 'does not allow'],
    ['a sibling, at run time', "const a = await import('@ios/bft');", 'does not allow'],
    ['the simulator', "import '@ios/simulator';", 'does not allow'],
    ['Node', "import { open } from 'node:fs';", 'below the assembly'],
    ['Node, without its scheme', "import { open } from 'fs/promises';", 'below the assembly'],
    ['a third-party package', "import WebSocket from 'ws';", 'below the assembly'],
    ['an open package that is only for tests', "import '@noble/curves/ed25519.js';", 'does not declare'],
    ['an open package not declared', "import * as P from 'micro-packed';", 'does not declare'],
    ['a test', "import '../test/world.ts';", 'leaves src'],
    ['another package by path', "import '../../bft/src/index.ts';", 'leaves src'],
    ['a file without its ending', "import './a';", 'without its ending'],
    ['a compiled name', "import './a.js';", 'without its ending'],
  ])('may not be of %s', (_, text, problem) => {
    const found = check(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  it('may not be of Node in a package for browsers', () => {
    const browser = { ...assembly, browser: true };
    expect(check("import { open } from 'node:fs';", 'src/a.ts', browser)[0]).toContain('a browser does not have');
    expect(check("import { Buffer } from 'buffer';", 'src/a.ts', browser)).toHaveLength(1);
  });

  it('is declared in the assembly too', () => {
    expect(check("import '@ios/ledger';", 'src/a.ts', assembly)[0]).toContain('does not declare');
    expect(check("import 'fastify';", 'src/a.ts', assembly)[0]).toContain('does not declare');
  });

  it('is not looked for in comments and strings', () => {
    expect(check("// import '@ios/bft';\nconst a = \"import '@ios/bft'\";")).toEqual([]);
  });
});

describe('an import in test, sim or bench', () => {
  it('may also be of Node, the test tools, the simulator, the package itself', () => {
    const text = ['vitest', 'fast-check', 'node:fs', '@ios/simulator', '@ios/ledger', '@noble/curves/ed25519.js']
      .map((specifier) => `import '${specifier}';`)
      .join('\n');
    expect(check(text, 'sim/ledger.ts')).toEqual([]);
    expect(check("import '../../../scripts/bundle.mjs';\nimport './vectors/a.json';", 'test/a.test.ts')).toEqual([]);
  });

  it.each([
    ['a sibling', "import '@ios/bft';"],
    ['a sibling by path', "import '../../bft/src/index.ts';"],
    ['what nobody declares', "import 'lodash';"],
  ])('may not be of %s', (_, text) => {
    expect(check(text, 'test/a.test.ts')).toHaveLength(1);
  });
});

describe('clocks and chance below the assembly', () => {
  it.each([
    'const t = Date.now();',
    'const t = new Date();',
    "const t = Date['now']();",
    'const { now } = Date;',
    'const t = globalThis.performance.now();',
    'const t = performance.now();',
    'const r = Math.random();',
    "const r = Math['random']();",
    'const r = globalThis.Math.random();',
    'const { random } = Math;',
    'const { random: r } = Math;',
  ])('are refused: %s', (text) => {
    expect(check(text)).toHaveLength(1);
    expect(check(text, 'src/a.ts', assembly)).toEqual([]);
    expect(check(text, 'test/a.test.ts')).toEqual([]);
  });

  it('are not seen where they are not', () => {
    expect(check('// Date.now\nconst a = { type: "random" };\nconst b = Math.floor(1);\nconst c = a.random;')).toEqual(
      [],
    );
  });
});
