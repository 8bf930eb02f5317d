/** YAML text → SourceTree with the `yaml` library: YAML 1.2, core schema, one document, plain anchors and aliases, nothing else. */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { hasControl } from './limits.ts';
import type { Report } from './report.ts';
import type { Offsets, SourceTree } from './source-tree.ts';

/** Nesting of mappings and lists; a cluster file needs 7. */
export const mostLevels = 32;
/** Values after aliases are written out; a file of 10,000 services has some 200,000. */
const mostValues = 1_000_000;

/** Undefined where the text is no single YAML document; the report then says why. */
export function yamlTree(text: string, report: Report): SourceTree | undefined {
  const tokens = tokensOf(text, report);
  if (!tokens) return undefined;
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, version: '1.2' });
  const documents = [...composer.compose(tokens, true, text.length)];
  const [document, second] = documents;
  for (const fault of documents.flatMap((each) => [...each.errors, ...each.warnings])) {
    const [start, end] = fault.pos;
    const isTag = fault.code === 'TAG_RESOLVE_FAILED';
    const what = isTag ? 'tags are not part of cluster files' : 'not valid YAML';
    const place = { start, end: Math.max(start + 1, end) };
    report.error(isTag ? 'TRI-C010' : 'TRI-C005', place, `${what}: ${spoken(fault.message)}`);
  }
  if (second) {
    const start = second.range[0];
    report.error('TRI-C007', { start, end: start + 1 }, 'a second document starts here');
  }
  if (report.hasErrors || !document) return undefined;
  return new TreeBuilder(report).build(document);
}

/** Stops at the first token that nests too deep, before any of the recursive parts of the library sees it. */
function tokensOf(text: string, report: Report): CST.Token[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > mostLevels + 2) {
      const start = parser.offset;
      const message = `mappings and lists nest more than ${mostLevels} levels deep`;
      report.error('TRI-C006', { start, end: start + 1 }, message);
      return undefined;
    }
  }
  tokens.push(...parser.end());
  return tokens;
}

function spoken(message: string): string {
  const [line = ''] = message.split('\n');
  return line.charAt(0).toLowerCase() + line.slice(1);
}

class TreeBuilder {
  readonly #report: Report;
  readonly #offsets = new Map<object, Offsets>();
  readonly #anchors = new Map<string, { value: unknown; size: number }>();

  constructor(report: Report) {
    this.#report = report;
  }

  build(document: Document.Parsed): SourceTree | undefined {
    const [start, end] = document.contents?.range ?? [0, 0];
    const { value, size } = this.#convert(document.contents);
    if (size > mostValues) {
      const message = `written out, its aliases make ${size} values; ${mostValues} are the most`;
      this.#report.error('TRI-C009', { start, end: start + 1 }, message);
    }
    if (this.#report.hasErrors) return undefined;
    return { root: value, rootStart: start, rootEnd: end, offsets: this.#offsets };
  }

  #convert(node: Node | null): { value: unknown; size: number } {
    const [start, end] = node?.range ?? [0, 0];
    if (isAlias(node)) {
      const known = this.#anchors.get(node.source);
      if (known) return known;
      this.#report.error('TRI-C009', { start, end }, `alias *${node.source} names no anchor above`);
      return { value: null, size: 1 };
    }
    if (node?.tag !== undefined) {
      this.#refuse(start, end, `the tag ${node.tag}`);
    }
    const made = isMap(node)
      ? this.#mapping(node)
      : isSeq(node)
        ? this.#list(node)
        : { value: this.#scalar(node, start, end), size: 1 };
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, made);
    return made;
  }

  #scalar(node: Node | null, start: number, end: number): unknown {
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string' && hasControl(value)) {
      const message = 'a control character or a line break in a value';
      this.#report.error('TRI-C003', { start, end }, message);
    }
    return value;
  }

  #mapping(node: YAMLMap): { value: unknown; size: number } {
    const value: Record<string, unknown> = {};
    const keys: string[] = [];
    const at: number[] = [];
    const seen = new Map<string, number>();
    let size = 1;
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const [start, end] = pair.key.range ?? [0, 0];
      const key = this.#key(pair.key, start, end);
      const child = this.#convert(pair.value);
      size += child.size;
      if (key === undefined) continue;
      this.#checkTwice(seen, key, [start, end]);
      value[key] = child.value;
      keys.push(key);
      const range = pair.value?.range ?? [end, end];
      at.push(start, end, range[0], range[1]);
    }
    this.#offsets.set(value, { keys, at });
    return { value, size };
  }

  #list(node: YAMLSeq): { value: unknown; size: number } {
    const value: unknown[] = [];
    const at: number[] = [];
    let size = 1;
    for (const item of node.items as (Node | null)[]) {
      const child = this.#convert(item);
      const [start, end] = item?.range ?? [0, 0];
      value.push(child.value);
      at.push(start, end, start, end);
      size += child.size;
    }
    this.#offsets.set(value, { keys: undefined, at });
    return { value, size };
  }

  #key(key: Node | null, start: number, end: number): string | undefined {
    if (!isScalar(key)) {
      this.#refuse(start, end, 'a key that is no plain word');
      return undefined;
    }
    const text = typeof key.value === 'string' ? key.value : (key.source ?? '');
    if (text === '<<') this.#refuse(start, end, 'the merge key <<');
    else if (text === '__proto__') this.#refuse(start, end, 'the key __proto__');
    else if (hasControl(text))
      this.#refuse(start, end, 'a control character or a line break in a key');
    else return text;
    return undefined;
  }

  #checkTwice(seen: Map<string, number>, key: string, [start, end]: [number, number]): void {
    const first = seen.get(key);
    seen.set(key, start);
    if (first === undefined) return;
    const note = `first at ${this.#report.at({ start: first, end: first })}`;
    this.#report.error(
      'TRI-C008',
      { start, end },
      { message: `key "${key}" stands here twice`, note },
    );
  }

  #refuse(start: number, end: number, what: string): void {
    this.#report.error('TRI-C010', { start, end }, `${what} is not part of cluster files`);
  }
}
