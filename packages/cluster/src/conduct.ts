/**
 * The conductor: who moves traffic, and when. Only tables, leave to receive and reports decide, so that any leader comes to the same next step
 * from the same state.
 *
 * Invariant: the owner of every live flow is in {current, previous} of its row on every director that receives. Hence
 *
 * - a row changes owner by arm, flip, clear; each step waits until every director has acked the one before, or is proven to receive nothing.
 *   The step in flight is the one that stands in the tables: a new leader finds it there and waits on, it never computes another;
 * - a row whose second candidate may still own flows waits (overlapping drains);
 * - `down` and `dead` are unarmed and wait for no ack: they may overtake a step in flight, in the one numbered sequence;
 * - rows of a group whose flows directors remember, and the set of directors, never change at the same time by plan (`conduct/rest.ts`);
 * - where the kernels of directors pick the reals (ipvs), a row only says who takes new flows: it changes in one step, `share`, and owns nothing;
 * - a director that does not ack loses its leave to receive; tables stand still until every router has shown its FIB without it.
 */
import { absences, presences } from './conduct/acks.ts';
import { conductGroup } from './conduct/group.ts';
import { openFences, receivingChanges } from './conduct/receiving.ts';
import { changesHold, motionHold } from './conduct/rest.ts';
import type {
  Conduct,
  ConductorEvent,
  ConductorMemory,
  ConductorView,
  ConductorWait,
  GroupMemory,
} from './conduct/view.ts';
import type { TableStep } from './model/live.ts';

export {
  type Absence,
  type Conduct,
  type ConductorEvent,
  type ConductorMemory,
  type ConductorSettings,
  type ConductorView,
  type ConductorWait,
  defaultSettings,
  emptyMemory,
  type Fence,
  type GroupMemory,
} from './conduct/view.ts';

/**
 * One batch for the feed. Call it whenever a report, a verdict, a latch or the feed has changed, again at once after writing a batch, and at
 * least every second for what only time brings. Pure; hand the returned memory to the next call. A batch that was not written (fenced,
 * unreachable) is simply not in the next view.
 */
export function conduct(view: ConductorView, memory: ConductorMemory): Conduct {
  const known = { ...memory, absent: absences(view, memory), present: presences(view, memory) };
  const changes = receivingChanges(view, known);
  const hold = changesHold(view, changes) ?? motionHold(view, known);
  const groups: Record<string, GroupMemory> = {};
  const steps: TableStep[] = [];
  const waits: ConductorWait[] = [];
  for (const group of view.groups) {
    const before = memory.groups[group.group];
    const held = view.remembered?.has(group.group) ? hold : undefined;
    const next = conductGroup(view, group, { before, absent: known.absent, hold: held });
    groups[group.group] = next.memory;
    if (next.step !== undefined) steps.push(next.step);
    waits.push(...next.waits);
  }
  return {
    steps,
    receiving: changes.receiving,
    fences: openFences(view, known.absent),
    waits: [...waits, ...changes.waits],
    events: [...steps.map(eventOf), ...changes.events],
    memory: { ...known, groups },
  };
}

function eventOf(step: TableStep): ConductorEvent {
  const text = `${step.group}: ${step.kind} (step ${step.step}), ${step.rowIndexes.length} rows`;
  return { kind: 'table', subject: step.group, text, cause: step.why };
}
