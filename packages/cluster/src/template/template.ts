/**
 * Templates whose values cannot become syntax: every interpolated value passes the quote() of the grammar, every name must be there. Mustache
 * tags with handlebars' parser and compiler; no helpers, partials, raw tags or block parameters.
 */
import Handlebars from 'handlebars';
import { TricadeError } from '../error.ts';
import type { Quote } from './quote.ts';

/** Values → text: ends with one newline, no blanks at the ends of lines. Throws TRI-P901 and TRI-P902. */
export type Render<Values> = (values: Values) => string;

type Node = hbs.AST.Node;
type Path = hbs.AST.PathExpression & { strict?: boolean };
type Mustache = hbs.AST.MustacheStatement;
type Block = hbs.AST.BlockStatement;

const quoteHelper = ' quote';
const blocks: readonly string[] = ['each', 'if'];

/** C0 and C1 controls, DEL, and what Unicode counts as ends of lines: no grammar of ours carries them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * Compiles a template, once; the result may be called often. `{{name}}`, `{{a.b}}`, `{{../a}}`, `{{this}}`, `{{@index}}`,
 * `{{#each list}}…{{else}}…{{/each}}`, `{{#if name}}…{{else}}…{{/if}}`, `{{! comment }}`. Values are strings and finite numbers.
 * Throws TRI-P903 for a template with anything else in it.
 */
export function template<Values>(source: string, quote: Quote): Render<Values> {
  const tree = parsed(source);
  const environment = Handlebars.create();
  environment.registerHelper(quoteHelper, (value: unknown, options: Handlebars.HelperOptions) =>
    quoted(value, options.hash.name as string, quote),
  );
  environment.registerHelper('each', each);
  const render = environment.compile(tree, {
    strict: true,
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: { [quoteHelper]: true, each: true, if: true },
  });
  return (values) => tidy(run(render, values));
}

/** A missing name is handlebars' error; ours pass as they are. */
function run(render: Handlebars.TemplateDelegate, values: unknown): string {
  try {
    return render(values);
  } catch (error) {
    if (error instanceof TricadeError) throw error;
    throw new TricadeError('TRI-P902', 'a template names a value that is not there', {
      cause: error,
    });
  }
}

function tidy(text: string): string {
  return `${text.replace(/[ \t]+$/gm, '').replace(/\n+$/, '')}\n`;
}

function quoted(value: unknown, name: string, quote: Quote): string {
  const isText = typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
  if (!isText) throw refused(name, value, 'is neither text nor a number');
  const text = String(value);
  if (controls.test(text)) throw refused(name, value, 'has control characters');
  if (!text.isWellFormed()) throw refused(name, value, 'is not well-formed Unicode');
  const word = quote(text);
  if (word === undefined || controls.test(word))
    throw refused(name, value, 'cannot be written in this configuration');
  return word;
}

function refused(name: string, value: unknown, why: string): TricadeError {
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  return new TricadeError('TRI-P901', `${name}: ${short} ${why}`, {
    hint: 'Change the value in the cluster file.',
  });
}

/** As handlebars' own, but for lists only: anything else is a fault, not nothing. */
function each(this: unknown, list: unknown, options: Handlebars.HelperOptions): string {
  if (!Array.isArray(list)) throw new TypeError('each wants a list');
  if (list.length === 0) return options.inverse(this);
  const data = Handlebars.createFrame(options.data);
  let text = '';
  for (const [index, item] of list.entries()) {
    data.index = index;
    data.first = index === 0;
    data.last = index === list.length - 1;
    text += options.fn(item, { data });
  }
  return text;
}

function parsed(source: string): hbs.AST.Program {
  let tree: hbs.AST.Program;
  try {
    tree = Handlebars.parse(source);
  } catch (error) {
    throw new TricadeError('TRI-P903', 'a template does not parse', { cause: error });
  }
  program(tree);
  return tree;
}

/** Walks the tree: refuses what templates do not have, sends values through quote(), makes names strict where handlebars leaves them lax. */
function program(tree: hbs.AST.Program): void {
  for (const statement of tree.body) {
    if (statement.type === 'MustacheStatement') mustache(statement as Mustache);
    else if (statement.type === 'BlockStatement') block(statement as Block);
    else if (statement.type !== 'ContentStatement' && statement.type !== 'CommentStatement')
      throw unknown(statement, statement.type);
  }
}

function mustache(statement: Mustache): void {
  const { path } = statement;
  if (!statement.escaped) throw unknown(statement, 'a raw tag');
  if (path.type !== 'PathExpression' || statement.params.length > 0 || statement.hash)
    throw unknown(statement, 'a helper');
  const { original } = path as Path;
  const { loc } = statement;
  const name: hbs.AST.StringLiteral = { type: 'StringLiteral', value: original, original, loc };
  const pair: hbs.AST.HashPair = { type: 'HashPair', key: 'name', value: name, loc };
  statement.params = [strict(path as Path)];
  statement.hash = { type: 'Hash', pairs: [pair], loc };
  statement.path = pathTo(quoteHelper, loc);
}

function block(statement: Block): void {
  const [subject] = statement.params;
  if (!blocks.includes(statement.path.original)) throw unknown(statement, 'this block');
  if (statement.params.length !== 1 || subject?.type !== 'PathExpression' || statement.hash)
    throw unknown(statement, 'a block without one name');
  if (statement.program?.blockParams?.length) throw unknown(statement, 'block parameters');
  strict(subject as Path);
  if (statement.program) program(statement.program);
  if (statement.inverse) program(statement.inverse);
}

/** The flag that handlebars' own compiler sets on the paths of plain tags; it leaves arguments of helpers lax. */
function strict(path: Path): Path {
  if (path.parts.length > 0) path.strict = true;
  return path;
}

function pathTo(name: string, loc: hbs.AST.SourceLocation): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc };
}

function unknown(node: Node, what: string): TricadeError {
  const { line, column } = node.loc.start;
  return new TricadeError('TRI-P903', `line ${line}:${column + 1}: templates do not have ${what}`);
}
