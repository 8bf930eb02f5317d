/**
 * A fast reader for the plain part of YAML 1.2 that cluster files are written in: block and flow mappings and lists, plain scalars, quoted
 * scalars without escapes, comments. It judges nothing: what it is not sure of (anchors, tags, block scalars, duplicate keys, any fault) it
 * leaves to the library, which is the authority; a test holds the two against each other. The library needs 1.7 s for 10,000 services with
 * as many pools, this one a twentieth.
 */
import { plainScalar } from './plain-scalar.ts';
import type { Offsets, SourceTree } from './source-tree.ts';
import { mostLevels } from './yaml-tree.ts';

/** The tree of the text, or undefined where the library must decide. */
export function plainTree(text: string): SourceTree | undefined {
  if (/[\r\t]|^(?:---|\.\.\.|%)/m.test(text)) return undefined;
  try {
    return new PlainReader(text).document();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** Thrown to leave the text to the library. */
class NotPlain extends Error {}

const key = /[A-Za-z0-9][\w.-]{0,255}(?=:(?:[ \n]|$))/y;
/** First characters of a plain scalar that begin nothing else in YAML. */
const plainStart = /[A-Za-z0-9_/.$^~(;=+]/;

const newline = 10;
const space = 32;
const hash = 35;

interface Place {
  readonly start: number;
  readonly end: number;
}
type Value = Place & { readonly value: unknown };

class PlainReader {
  readonly #text: string;
  readonly #offsets = new Map<object, Offsets>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): SourceTree {
    const indent = this.#nextLine();
    if (indent !== 0 || this.#isItem()) throw new NotPlain();
    const { value, start, end } = this.#blockMapping(0, 1);
    if (this.#nextLine() >= 0) throw new NotPlain();
    return { root: value, rootStart: start, rootEnd: end, offsets: this.#offsets };
  }

  /** Skips blank lines and comments from the start of a line; returns the indent of the line that comes, −1 at the end. */
  #nextLine(): number {
    const text = this.#text;
    for (;;) {
      const start = this.#at;
      let at = start;
      while (text.charCodeAt(at) === space) at++;
      const code = text.charCodeAt(at);
      if (code === hash) at = this.#lineEnd(at);
      else if (code !== newline && at < text.length) {
        this.#at = at;
        return at - start;
      }
      if (at >= text.length) {
        this.#at = text.length;
        return -1;
      }
      this.#at = at + 1;
    }
  }

  /** Back to the start of the line, for whoever reads it next. */
  #toLineStart(indent: number): void {
    if (indent > 0) this.#at -= indent;
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }

  #isItem(): boolean {
    const after = this.#text.charCodeAt(this.#at + 1);
    return (
      this.#text[this.#at] === '-' && (after === space || after === newline || Number.isNaN(after))
    );
  }

  /** `#at` stands on the first key. */
  #blockMapping(indent: number, level: number): Value {
    const building = new Building(level);
    const start = this.#at;
    let end = start;
    for (;;) {
      const { name, place } = this.#key();
      const child = this.#blockValue(indent, level);
      building.add(name, place, child);
      end = Math.max(child.end, place.end);
      const next = this.#nextLine();
      if (next === indent && !this.#isItem()) continue;
      if (next > indent || next === indent) throw new NotPlain();
      this.#toLineStart(next);
      return { value: this.#done(building), start, end };
    }
  }

  #blockList(indent: number, level: number): Value {
    const building = new Building(level);
    const start = this.#at;
    for (;;) {
      this.#at++;
      if (!this.#skipSpaces()) throw new NotPlain();
      const child = this.#inline(indent, level);
      building.push(child);
      this.#expectLineEnd();
      const next = this.#nextLine();
      if (next === indent && this.#isItem()) continue;
      if (next > indent) throw new NotPlain();
      this.#toLineStart(next);
      return { value: this.#done(building), start, end: child.end };
    }
  }

  #key(): { name: string; place: Place } {
    key.lastIndex = this.#at;
    const found = key.exec(this.#text);
    if (!found) throw new NotPlain();
    const place = { start: this.#at, end: this.#at + found[0].length };
    this.#at = place.end + 1;
    return { name: found[0], place };
  }

  /** What follows `key:` in a block mapping of this indent. */
  #blockValue(indent: number, level: number): Value {
    const afterColon = this.#at;
    if (this.#skipSpaces()) {
      const value = this.#inline(indent, level);
      this.#expectLineEnd();
      return value;
    }
    const next = this.#nextLine();
    if (next > indent)
      return this.#isItem()
        ? this.#blockList(next, level + 1)
        : this.#blockMapping(next, level + 1);
    if (next === indent && this.#isItem()) return this.#blockList(next, level + 1);
    this.#toLineStart(next);
    return { value: null, start: afterColon, end: afterColon };
  }

  /** Skips spaces and a comment; true where something else follows on the line, else the line is left behind. */
  #skipSpaces(): boolean {
    const text = this.#text;
    const from = this.#at;
    while (text.charCodeAt(this.#at) === space) this.#at++;
    const code = text.charCodeAt(this.#at);
    if (code === hash && this.#at > from) this.#at = this.#lineEnd(this.#at);
    else if (code !== newline && this.#at < text.length) return true;
    this.#at = Math.min(text.length, this.#at + 1);
    return false;
  }

  #expectLineEnd(): void {
    if (this.#skipSpaces()) throw new NotPlain();
  }

  #inline(indent: number, level: number): Value {
    const char = this.#text[this.#at];
    if (char === '{' || char === '[') return this.#flow(indent, level + 1);
    if (char === '"' || char === "'") return this.#quoted(char);
    return this.#plain(false);
  }

  #flow(indent: number, level: number): Value {
    const start = this.#at;
    const isMapping = this.#text[start] === '{';
    const close = isMapping ? '}' : ']';
    const building = new Building(level);
    this.#at++;
    this.#flowSpace(indent);
    if (this.#text[this.#at] === close) return this.#closeFlow(building, start, isMapping);
    for (;;) {
      if (isMapping) {
        const { name, place } = this.#key();
        this.#flowSpace(indent);
        building.add(name, place, this.#flowValue(indent, level));
      } else building.push(this.#flowValue(indent, level));
      this.#flowSpace(indent);
      const char = this.#text[this.#at];
      if (char === close) return this.#closeFlow(building, start, isMapping);
      if (char !== ',') throw new NotPlain();
      this.#at++;
      this.#flowSpace(indent);
    }
  }

  #closeFlow(building: Building, start: number, isMapping: boolean): Value {
    this.#at++;
    return { value: this.#done(building, isMapping), start, end: this.#at };
  }

  #flowValue(indent: number, level: number): Value {
    const char = this.#text[this.#at];
    if (char === '{' || char === '[') return this.#flow(indent, level + 1);
    if (char === '"' || char === "'") return this.#quoted(char);
    return this.#plain(true);
  }

  /** Spaces, comments and line ends inside a flow collection, whose lines stand deeper than what they belong to. */
  #flowSpace(indent: number): void {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    if (code !== space && code !== newline && code !== hash) return;
    if (this.#skipSpaces()) {
      if (text.charCodeAt(this.#at) === hash) throw new NotPlain();
      return;
    }
    if (this.#nextLine() <= indent) throw new NotPlain();
  }

  #quoted(quote: string): Value {
    const start = this.#at;
    const end = this.#text.indexOf(quote, start + 1);
    const value = this.#text.slice(start + 1, end);
    const isDoubled = quote === "'" && this.#text[end + 1] === quote;
    if (end < 0 || isDoubled || /[\n\\]/.test(value)) throw new NotPlain();
    this.#at = end + 1;
    const after = this.#text[this.#at] ?? '\n';
    if (!/[ \n,\]}]/.test(after)) throw new NotPlain();
    return { value, start, end: this.#at };
  }

  #plain(isFlow: boolean): Value {
    const text = this.#text;
    const start = this.#at;
    if (!plainStart.test(text[start] ?? '')) throw new NotPlain();
    let at = start;
    let end = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === newline) break;
      if (code === space) continue;
      if (code === hash && text.charCodeAt(at - 1) === space) break;
      const char = text[at];
      if (isFlow) {
        if (char === ',' || char === '}' || char === ']') break;
        if (char === '{' || char === '[') throw new NotPlain();
      }
      if (char === ':' && /[\s,[\]{}]|^$/.test(text[at + 1] ?? '')) throw new NotPlain();
      end = at + 1;
    }
    this.#at = end;
    return { value: resolved(text.slice(start, end)), start, end };
  }

  #done(building: Building, isMapping = building.names !== undefined): unknown {
    const { value, list, names, places } = building;
    const made = isMapping ? value : list;
    this.#offsets.set(made, { keys: isMapping ? (names ?? []) : undefined, at: places });
    return made;
  }
}

/** A mapping or a list in the making. */
class Building {
  readonly value: Record<string, unknown> = {};
  readonly list: unknown[] = [];
  readonly places: number[] = [];
  names: string[] | undefined;

  constructor(level: number) {
    if (level > mostLevels) throw new NotPlain();
  }

  add(name: string, place: Place, child: Value): void {
    if (Object.hasOwn(this.value, name)) throw new NotPlain();
    this.value[name] = child.value;
    this.names ??= [];
    this.names.push(name);
    this.places.push(place.start, place.end, child.start, child.end);
  }

  push(child: Value): void {
    this.list.push(child.value);
    this.places.push(child.start, child.end, child.start, child.end);
  }
}

function resolved(text: string): string | number | boolean | null {
  const value = plainScalar(text);
  if (value === undefined) throw new NotPlain();
  return value;
}
