/**
 * The invariants of a step, judged anew and not by the rules that made it (`conduct/`): the leader judges each step with them before it is
 * published, so that a fault of the conductor moves nothing.
 */
import { finding } from './check-finding.ts';
import { directorsOf, hasAcked } from './conduct/acks.ts';
import type { ConductorView, ConductorWait } from './conduct/view.ts';
import type { StepKind, TableStep } from './model/live.ts';
import type { Finding } from './model/plan.ts';
import { reason } from './reason.ts';
import { flowHashByDriver } from './roles.ts';
import { applyStep } from './table/step.ts';
import { currentOf, heirOf } from './table/word.ts';

/** What of the conductor's view the invariants of steps speak of. */
export type StepGround = Pick<ConductorView, 'cluster' | 'groups' | 'feed' | 'reports'>;

export interface RefusedStep {
  readonly step: TableStep;
  readonly findings: readonly Finding[];
}

export interface JudgedSteps {
  readonly allowed: readonly TableStep[];
  readonly refused: readonly RefusedStep[];
}

/** Word of the wait that a refused step becomes. */
export const refusedWord = 'step-refused';

/** Sorts steps, at most one a group, into those that may be published and those that break an invariant. */
export function judgeSteps(ground: StepGround, steps: readonly TableStep[]): JudgedSteps {
  const judged = steps.map((step) => ({ step, findings: stepFindings(ground, step) }));
  return {
    allowed: judged.filter(({ findings }) => findings.length === 0).map(({ step }) => step),
    refused: judged.filter(({ findings }) => findings.length > 0),
  };
}

/** What people are told of a refused step, for as long as it is. */
export function refusedWait({ step, findings }: RefusedStep): ConductorWait {
  const [first] = findings;
  const text = `step ${step.step} of ${step.group} (${step.kind}) is not published: ${first?.code} ${first?.message}`;
  return { subject: step.group, why: reason(refusedWord, text, first?.code) };
}

function stepFindings(ground: StepGround, step: TableStep): readonly Finding[] {
  const table = ground.feed.tables[step.group];
  const next = applyStep(table, step);
  if ('refused' in next) return [finding('TRI-P007', 'error', next.refused.text)];
  return [...misplaced(ground, step), ...strangers(ground, step), ...overtaken(ground, step)];
}

/** A row that is rewritten whole forgets its former owner: only directors whose kernels remember flows can do without. */
function misplaced({ cluster }: StepGround, { kind, group }: TableStep): readonly Finding[] {
  const { driver } = cluster.l4;
  if (kind !== 'share' || flowHashByDriver[driver] === undefined) return [];
  const text = `rows of ${group} would forget their owners, and directors of ${driver} know them by nothing else`;
  return [finding('TRI-P007', 'error', text)];
}

/** Nobody becomes an owner, now or with the next step, who is no real of the group. What a row has already is not the step's doing. */
function strangers({ groups, feed }: StepGround, step: TableStep): readonly Finding[] {
  const reals = groups.find(({ group }) => group === step.group)?.reals ?? [];
  const known = new Set(reals.map(({ id }) => id));
  const before = feed.tables[step.group]?.rows;
  const unknown = new Set<number>();
  for (const [at, row] of step.rowIndexes.entries()) {
    const word = step.rowWords[at] as number;
    const had = before?.[row] ?? 0;
    for (const owner of [currentOf(word), heirOf(word)])
      if (!known.has(owner) && owner !== currentOf(had)) unknown.add(owner);
  }
  if (unknown.size === 0) return [];
  const names = [...unknown].map((id) => `real ${id}`).join(', ');
  return [finding('TRI-P003', 'error', `rows of ${step.group} would go to ${names}`)];
}

const mayOvertake: ReadonlySet<StepKind> = new Set(['birth', 'down', 'dead', 'share']);

/** Arm, flip and clear begin only when every director that receives has the step before. Those that may overtake are judged by their rows alone. */
function overtaken(ground: StepGround, step: TableStep): readonly Finding[] {
  const table = ground.feed.tables[step.group];
  if (table === undefined || mayOvertake.has(step.kind)) return [];
  const late = directorsOf(ground)
    .filter(({ name }) => ground.feed.receiving[name] !== undefined)
    .filter(({ name }) => !hasAcked(ground.reports[name], table))
    .map(({ name }) => name);
  if (late.length === 0) return [];
  const have = late.length === 1 ? 'has' : 'have';
  const text = `${late.join(', ')} ${have} not acked step ${table.step} of ${step.group}`;
  return [finding('TRI-P019', 'error', text)];
}
