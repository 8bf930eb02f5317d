/** A plan as lines for people. Pure. */
import type { Inventory, Plan, Step, Wanted } from '@tricade/cluster';
import { diffLines } from './diff.ts';
import { toned } from './table.ts';

export interface PlanView {
  readonly files: readonly {
    readonly node: string;
    readonly path: string;
    readonly before: string | undefined;
    readonly after: string;
  }[];
  readonly wanted: readonly Wanted[];
  readonly inventory: Inventory;
  /** What `apply` takes; undefined where it is being applied. */
  readonly file?: string;
  readonly all: boolean;
  /** Names every file of a step, secrets and blobs among them. */
  readonly wide?: boolean;
}

/** A plan for machines: without the key of the flow hash, which is for hosts only. */
export function shownPlan(plan: Plan): object {
  const { hashKey: _, ...generation } = plan.generation;
  return { ...plan, generation };
}

/** Nothing may be changed now, and all that waits does so because it could not be read. */
export function onlyUnreachable({ wave, waits }: Plan, inventory: Inventory): boolean {
  if (wave.length > 0 || waits.length === 0) return false;
  return waits.every(({ node }) => {
    const seen = inventory[node];
    return seen === undefined || 'unreachable' in seen;
  });
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Per node what is added (+), changed (~) or removed (-), real differences, what waits; counts and the next command last. */
export function planLines(plan: Plan, view: PlanView): readonly string[] {
  const { wave, waits, generation } = plan;
  const lines = [
    ...wave.flatMap((step) => stepLines(step, view)),
    ...waits.map(({ node, why }) => `. ${node}  waits: ${why.text}`),
    ...sameLines(plan, view),
  ];
  if (wave.length === 0 && waits.length === 0) {
    const nodes = counted(view.wanted.length, 'node');
    return [...lines, `Nothing to do: generation ${generation.number} is in force on ${nodes}.`];
  }
  const drained = wave.filter((step) => step.drainFirst).length;
  const later = waits.length === 1 ? '1 waits' : `${waits.length} wait`;
  const next = `next wave ${counted(wave.length, 'node')} (${drained} drained first), ${later}.`;
  const how = view.file === undefined ? '' : `   apply: tricade apply ${view.file}`;
  return [...lines, `Plan ${plan.id}: generation ${generation.number}, ${next}${how}`];
}

function stepLines(step: Step, { files, wide }: PlanView): readonly string[] {
  const own = files.filter((change) => change.node === step.node);
  const fresh = own.every((change) => change.before === undefined);
  const roles = [...new Set(step.changes.map((change) => change.role))].join(', ');
  const head = `${fresh ? toned('+', 'good') : toned('~', 'warn')} ${step.node}  ${roles}`;
  const how = step.drainFirst ? '(drained first)' : '(hitless)';
  const all = step.changes.map(({ change, role, path }) => `    ${change} ${role} ${path}`);
  return [
    `${head}  ${counted(step.changes.length, 'file')}, because ${step.why.text}  ${how}`,
    ...(wide === true ? all : []),
    ...own.flatMap(fileLines),
  ];
}

function fileLines({ path, before, after }: PlanView['files'][number]): readonly string[] {
  if (before === undefined)
    return [`    + ${path}  ${counted(after.split('\n').length - 1, 'line')}`];
  const diff = diffLines(before, after).map((line) => `      ${line}`.trimEnd());
  return [`    ~ ${path}`, ...diff];
}

/** Nodes that neither change nor wait: by name where all are asked for. */
function sameLines({ wave, waits }: Plan, { wanted, all }: PlanView): readonly string[] {
  const touched = new Set([...wave, ...waits].map(({ node }) => node));
  const same = wanted.filter(({ node }) => !touched.has(node));
  if (all) return same.map(({ node }) => `  ${node}  as wanted`);
  return same.length === 0 ? [] : [`  ${counted(same.length, 'node')} as wanted hidden (--all)`];
}
