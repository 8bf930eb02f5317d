/** A plan as lines for people. Pure. */
import type { Inventory, Plan, Wanted } from '@tricade/cluster';
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
  readonly file: string;
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
  const lines: string[] = [];
  for (const step of plan.wave) {
    const files = view.files.filter((change) => change.node === step.node);
    const fresh = files.every((change) => change.before === undefined);
    const roles = [...new Set(step.changes.map((change) => change.role))].join(', ');
    lines.push(
      `${fresh ? toned('+', 'good') : toned('~', 'warn')} ${step.node}  ${roles}  ${counted(step.changes.length, 'file')}, because ${step.why.text}${step.drainFirst ? '  (drained first)' : '  (hitless)'}`,
    );
    if (view.wide === true)
      for (const { change, role, path } of step.changes)
        lines.push(`    ${change} ${role} ${path}`);
    for (const change of files) {
      if (change.before === undefined)
        lines.push(`    + ${change.path}  ${counted(change.after.split('\n').length - 1, 'line')}`);
      else
        lines.push(
          `    ~ ${change.path}`,
          ...diffLines(change.before, change.after).map((line) => `      ${line}`.trimEnd()),
        );
    }
  }
  for (const wait of plan.waits) lines.push(`. ${wait.node}  waits: ${wait.why.text}`);
  const touched = new Set([
    ...plan.wave.map((step) => step.node),
    ...plan.waits.map((wait) => wait.node),
  ]);
  const same = view.wanted.filter((each) => !touched.has(each.node)).map((each) => each.node);
  if (same.length > 0)
    lines.push(
      view.all
        ? same.map((name) => `  ${name}  as wanted`).join('\n')
        : `  ${counted(same.length, 'node')} as wanted hidden (--all)`,
    );
  if (plan.wave.length === 0 && plan.waits.length === 0)
    return [
      ...lines,
      `Nothing to do: generation ${plan.generation.number} is in force on ${counted(view.wanted.length, 'node')}.`,
    ];
  const drained = plan.wave.filter((step) => step.drainFirst).length;
  lines.push(
    `Plan ${plan.id}: generation ${plan.generation.number}, next wave ${counted(plan.wave.length, 'node')} (${drained} drained first), ${plan.waits.length} wait.   apply: tricade apply ${view.file}`,
  );
  return lines;
}
