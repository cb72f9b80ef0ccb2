/** Where a text stops being JSON: line and column from 1, and what was wanted there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly wanted: string;
}

const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /[{}[\],:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

/** What may come next, in words. */
const WANTED = {
  value: 'a value',
  element: 'a value or "]"',
  key: 'a name in double quotes',
  member: 'a name in double quotes or "}"',
  colon: '":"',
  afterElement: '"," or "]"',
  afterMember: '"," or "}"',
  end: 'the end of the file',
} as const;

type Expected = keyof typeof WANTED;

/** The first place at which a text is no JSON (RFC 8259), `undefined` if it is JSON. A damaged string or number is at its begin. */
export function jsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at) ?? at;
    if (at === text.length && expected === 'end') return undefined;
    const end = endOf(TOKEN, text, at);
    const next: Expected | undefined = end === undefined ? undefined : follow(text.slice(at, end), expected, open);
    if (end === undefined || next === undefined) return { ...placeOf(text, at), wanted: WANTED[expected] };
    expected = next;
    at = end;
  }
}

/** What may follow a token, `undefined` where it may not stand; `open` holds the brackets around it. */
function follow(token: string, expected: Expected, open: ('{' | '[')[]): Expected | undefined {
  const afterValue = (): Expected => {
    const around = open.at(-1);
    return around === undefined ? 'end' : around === '{' ? 'afterMember' : 'afterElement';
  };
  const close = (): Expected => {
    open.pop();
    return afterValue();
  };
  if (expected === 'colon') return token === ':' ? 'value' : undefined;
  if (expected === 'afterMember') return token === ',' ? 'key' : token === '}' ? close() : undefined;
  if (expected === 'afterElement') return token === ',' ? 'value' : token === ']' ? close() : undefined;
  if (expected === 'member' && token === '}') return close();
  if (expected === 'element' && token === ']') return close();
  if (expected === 'key' || expected === 'member') return token.startsWith('"') ? 'colon' : undefined;
  if (expected === 'end' || /^[}\],:]$/.test(token)) return undefined;
  if (token !== '{' && token !== '[') return afterValue();
  open.push(token);
  return token === '{' ? 'member' : 'element';
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
