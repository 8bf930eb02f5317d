/** The next step of one group's table, and why nothing moves where nothing does. */
import type { MemberId, Name } from '../model/intent.ts';
import type { StepKind, Table, TableStep } from '../model/live.ts';
import type { TableGroup } from '../model/role.ts';
import { type Reason, reason } from '../reason.ts';
import { flowHashByDriver } from '../roles.ts';
import { birthRows, desiredRows } from '../table/assign.ts';
import { birthStep, nextStep, type Rewrite } from '../table/step.ts';
import { clearedWord, currentOf } from '../table/word.ts';
import { directorsOf, holdUps } from './acks.ts';
import { bornMembers, type GroupMember, knows, type Taking, takingOf } from './members.ts';
import {
  armWord,
  disarmWord,
  downWord,
  flipWord,
  rowsWaiting,
  rowsWithoutDead,
  shareWord,
} from './moves.ts';
import { ackedNow, clearableRows } from './ownership.ts';
import type { Hold } from './rest.ts';
import {
  type ConductorMemory,
  type ConductorView,
  type ConductorWait,
  type GroupMemory,
  noGroupMemory,
  settingsOf,
} from './view.ts';
import { whyMoved } from './why-moved.ts';

export interface GroupConduct {
  readonly step: TableStep | undefined;
  readonly waits: readonly ConductorWait[];
  readonly memory: GroupMemory;
}

/** A table, the members it is for, and the view: what every kind of step is made from. */
interface Scene {
  readonly view: ConductorView;
  readonly group: TableGroup;
  readonly table: Table;
  readonly taking: Taking;
  /** Why no settled row may begin to change now. */
  readonly hold: Hold | undefined;
}

/** The next step of a group. `absent`: directors without leave, with their proofs; `hold`: why nothing may be armed now. */
export function conductGroup(
  view: ConductorView,
  group: TableGroup,
  memory: {
    readonly before: GroupMemory | undefined;
    readonly absent: ConductorMemory['absent'];
    readonly hold: Hold | undefined;
  },
): GroupConduct {
  const before = memory.before ?? noGroupMemory;
  const table = view.feed.tables[group.group];
  if (table === undefined) return birth(view, group, before);
  const taking = takingOf(view, group, { rows: table.rows, floorHeld: before.floorHeld });
  const scene = { view, group, table, taking, hold: memory.hold };
  const late = holdUps(view, memory.absent, table);
  const acked = late.length === 0 ? ackedNow(before.acked, table, view.nowMs) : before.acked;
  const now: GroupMemory = {
    step: table.step,
    stepSinceMs: before.step === table.step ? before.stepSinceMs : view.nowMs,
    ...(acked === undefined ? {} : { acked }),
    floorHeld: taking.floorHeld,
  };
  const kernelPicks = flowHashByDriver[view.cluster.l4.driver] === undefined;
  const urgent = deadStep(scene) ?? (kernelPicks ? downShare(scene) : downStep(scene));
  if (urgent !== undefined) return { step: urgent, waits: taking.waits, memory: now };
  if (late.length > 0 || acked === undefined) {
    const waits = late.map(({ director, why }) => ({ subject: director, why }));
    return { step: undefined, waits: [...taking.waits, ...waits], memory: now };
  }
  if (kernelPicks) return quietShare(scene, now);
  return quietStep(scene, { acked, now, quietFor: before.quietFor });
}

/** Rows change at once and whole: which real a flow goes to, and went to, is known to the kernels of the directors. */
function shareStep(scene: Scene): TableStep | undefined {
  const { table, taking } = scene;
  if (taking.members.length === 0) return undefined;
  const owners = desiredRows(table.rows, taking.members);
  const rewrite: Rewrite = (_, row) => shareWord(owners[row] as number);
  return stepOf(scene, 'share', { rewrite, why: whyMoved(scene, owners) });
}

/** Whose checks fail gets no new flows any more: at once, for nobody's ack. */
function downShare(scene: Scene): TableStep | undefined {
  const takes = new Set(scene.taking.members.map(({ id }) => id));
  const down = scene.taking.all.filter(({ id, health }) => health === 'down' && !takes.has(id));
  const owners = new Set<MemberId>();
  for (const word of scene.table.rows) owners.add(currentOf(word));
  return down.some(({ id }) => owners.has(id)) ? shareStep(scene) : undefined;
}

function quietShare(scene: Scene, memory: GroupMemory): GroupConduct {
  const { group, hold, taking } = scene;
  const step = shareStep(scene);
  if (step === undefined || hold === undefined) return { step, waits: taking.waits, memory };
  const waits = [...taking.waits, { subject: group.group, ...hold }];
  return { step: undefined, waits, memory };
}

/** `arm`, `flip`, `clear`: one at a time, each once the one before is acked by all. */
function quietStep(
  scene: Scene,
  {
    acked,
    now,
    quietFor,
  }: {
    readonly acked: NonNullable<GroupMemory['acked']>;
    readonly now: GroupMemory;
    readonly quietFor: string | undefined;
  },
): GroupConduct {
  const { table, taking } = scene;
  const waits = [...taking.waits];
  const state = `${table.digest} ${taking.members.map(({ id, weight }) => `${id}:${weight}`).join(' ')}`;
  let quiet = quietFor === state;
  let step: TableStep | undefined;
  if (!quiet && taking.members.length > 0) {
    const owners = desiredRows(table.rows, taking.members);
    const moves = moveStep(scene, owners);
    step = moves.step;
    waits.push(...moves.waits);
    quiet = step === undefined && moves.waits.length === 0;
  }
  step ??= clearStep(scene, acked);
  const waiting = rowsWaiting(table.rows, new Set(taking.members.map(({ id }) => id)));
  if (waiting > 0 && taking.members.length > 0) {
    const text = `${waiting} rows must leave their owner, but the one before it may still own flows there`;
    waits.push({ subject: table.group, why: reason('third-candidate', text) });
  }
  return { step, waits, memory: quiet ? { ...now, quietFor: state } : now };
}

/**
 * The first table of a group. It waits for directors that have not reported, for one of them may hold the table that the store lost; and it
 * never replaces such a table: whoever keeps the feed adopts that one.
 */
function birth(view: ConductorView, group: TableGroup, before: GroupMemory): GroupConduct {
  const name = group.group;
  const missingSinceMs = before.missingSinceMs ?? view.nowMs;
  const memory = { ...noGroupMemory, missingSinceMs };
  const waits = (word: string, text: string): GroupConduct => ({
    step: undefined,
    waits: [{ subject: name, why: reason(word, text) }],
    memory,
  });
  const holder = directorsOf(view).find(
    (director) => (view.reports[director.name]?.steps[name]?.step ?? 0) > 0,
  );
  if (holder !== undefined)
    return waits('adopt', `${holder.name} holds a table of ${name}: adopt it`);
  const silent = directorsOf(view).filter((director) => view.reports[director.name] === undefined);
  if (silent.length > 0 && view.nowMs - missingSinceMs < settingsOf(view).birthGraceMs) {
    return waits(
      'not-reporting',
      `${silent.map((each) => each.name).join(', ')} may hold a table of ${name}`,
    );
  }
  const members = bornMembers(view, group);
  if (members.length === 0) return waits('no-reals', `${name} has no real with a weight`);
  const why = reason('birth', `${name} begins with ${members.length} reals`);
  return { step: birthStep(name, birthRows(group.size, members), why), waits: [], memory };
}

function stepOf(
  scene: Scene,
  kind: Exclude<StepKind, 'birth'>,
  change: { rewrite: Rewrite; why: Reason },
): TableStep | undefined {
  return nextStep(scene.table, { kind, ...change });
}

function names(members: readonly GroupMember[]): string {
  return members.map((member) => member.name).join(', ');
}

/** Erases the dead; unarmed, and without waiting for anybody's ack, since their flows are lost anyway. */
function deadStep(scene: Scene): TableStep | undefined {
  const { taking, table } = scene;
  const dead = taking.all.filter((member) => member.dead);
  const left = taking.members.filter((member) => !dead.some(({ id }) => id === member.id));
  if (dead.length === 0 || left.length === 0) return undefined;
  const after = rowsWithoutDead(table.rows, new Set(dead.map(({ id }) => id)), left);
  const why = reason(
    'dead',
    `${names(dead)} ${dead.length === 1 ? 'does' : 'do'} not answer at all`,
  );
  return stepOf(scene, 'dead', { rewrite: (_, row) => after[row] as number, why });
}

/** Passes over those whose checks fail; unarmed, at once, and they stay second candidates for the flows that they have. */
function downStep(scene: Scene): TableStep | undefined {
  const { taking, table } = scene;
  const takes = new Set(taking.members.map(({ id }) => id));
  const down = taking.all.filter(
    (member) => member.health === 'down' && !member.dead && !takes.has(member.id),
  );
  if (down.length === 0 || takes.size === 0) return undefined;
  const ids = new Set(down.map(({ id }) => id));
  if (!table.rows.some((word) => ids.has(currentOf(word)))) return undefined;
  const working = taking.all.filter(
    (member) =>
      takes.has(member.id) || (member.health !== 'down' && !member.dead && !member.forcedDown),
  );
  const sides = {
    down: ids,
    working: new Set(working.map(({ id }) => id)),
    owners: desiredRows(table.rows, taking.members),
  };
  const why = reason(
    'down',
    `${names(down)} ${down.length === 1 ? 'fails its' : 'fail their'} checks`,
  );
  return stepOf(scene, 'down', { rewrite: (word, row) => downWord(word, row, sides), why });
}

function moveStep(
  scene: Scene,
  owners: Uint16Array,
): { readonly step: TableStep | undefined; readonly waits: readonly ConductorWait[] } {
  const owner = (row: number): MemberId => owners[row] as number;
  const why = whyMoved(scene, owners);
  const step =
    stepOf(scene, 'flip', { rewrite: (word, row) => flipWord(word, owner(row)), why }) ??
    stepOf(scene, 'clear', { rewrite: (word, row) => disarmWord(word, owner(row)), why });
  if (step !== undefined) return { step, waits: [] };
  if (scene.hold !== undefined) return { step, waits: heldArm(scene, owner) };
  const strangers = new Map<number, Reason | undefined>();
  const stranger = (from: MemberId, to: MemberId): Reason | undefined => {
    const pair = from * 0x10000 + to;
    if (!strangers.has(pair)) strangers.set(pair, notAcquainted(scene, from, to));
    return strangers.get(pair);
  };
  const rewrite: Rewrite = (word, row) => {
    const armed = armWord(word, owner(row));
    return armed === word || stranger(currentOf(word), owner(row)) !== undefined ? word : armed;
  };
  const arm = stepOf(scene, 'arm', { rewrite, why });
  const reasons = [...strangers.values()].filter((each) => each !== undefined);
  return { step: arm, waits: reasons.map((each) => ({ subject: scene.group.group, why: each })) };
}

/** What waits where rows are to be armed and must not be now. */
function heldArm(
  { table, group, hold }: Scene,
  owner: (row: number) => MemberId,
): readonly ConductorWait[] {
  const some = table.rows.some((word, row) => armWord(word, owner(row)) !== word);
  return some && hold !== undefined ? [{ subject: group.group, ...hold }] : [];
}

/** Why a row cannot pass between two reals yet: each must be able to hand packets on to the other one. */
function notAcquainted(scene: Scene, from: MemberId, to: MemberId): Reason | undefined {
  const { view, group } = scene;
  const name = (id: MemberId): Name | undefined => group.reals.find((real) => real.id === id)?.name;
  const [here, there] = [name(from), name(to)];
  for (const [node, id, other] of [
    [here, to, there],
    [there, from, here],
  ] as const) {
    if (node !== undefined && !knows(view, node, { group: group.group, id })) {
      return reason('id-not-known', `${node} does not know ${other ?? `real ${id}`} yet`);
    }
  }
  return undefined;
}

function clearStep(scene: Scene, acked: NonNullable<GroupMemory['acked']>): TableStep | undefined {
  const { rows, forgotten } = clearableRows(scene.view, scene.group, acked);
  if (rows.size === 0) return undefined;
  const late =
    forgotten === 0 ? '' : `; ${forgotten} of them without knowing, for they waited too long`;
  const why = reason(
    forgotten === 0 ? 'owns-nothing' : 'forgotten',
    `previous owners own nothing any more in ${rows.size} rows${late}`,
  );
  return stepOf(scene, 'clear', {
    rewrite: (word, row) => (rows.has(row) ? clearedWord(word) : word),
    why,
  });
}
