/** Why rows move, in words. */
import type { MemberId } from '../model/intent.ts';
import type { Table } from '../model/live.ts';
import type { TableGroup } from '../model/role.ts';
import { type Reason, reason } from '../reason.ts';
import { currentOf, heirOf } from '../table/word.ts';
import type { Taking } from './members.ts';

/** A table, and the members it is for. */
export interface Moved {
  readonly group: TableGroup;
  readonly table: Table;
  readonly taking: Taking;
}

/** Who leaves and who takes. `owners`: whom each row is to belong to. */
export function whyMoved({ taking, table, group }: Moved, owners: Uint16Array): Reason {
  const left = new Set<MemberId>();
  const took = new Set<MemberId>();
  for (let row = 0; row < owners.length; row++) {
    const word = table.rows[row] as number;
    const owner = owners[row] as number;
    if (currentOf(word) === owner && heirOf(word) === owner) continue;
    if (currentOf(word) !== owner) left.add(currentOf(word));
    took.add(owner);
  }
  const takes = new Set(taking.members.map(({ id }) => id));
  const leaving = taking.all.filter((member) => left.has(member.id) && !takes.has(member.id));
  const name = (id: MemberId): string =>
    group.reals.find((real) => real.id === id)?.name ?? `real ${id}`;
  if (leaving.length > 0) {
    return reason(
      'drain',
      `${leaving.map((member) => `${member.name} is ${member.health === 'down' ? 'down' : member.admin}`).join(', ')}: rows go to ${[...took].map(name).join(', ')}`,
    );
  }
  return reason(
    'share',
    `${[...took].map(name).join(', ')} ${took.size === 1 ? 'takes its' : 'take their'} share`,
  );
}
