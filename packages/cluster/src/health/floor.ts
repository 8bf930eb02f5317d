/** The floor: below a share of a group, its health is ignored, for it is more likely that the health is wrong (Envoy's panic threshold). */
import type { Admin, Health } from '../model/intent.ts';

export interface FloorMember {
  readonly member: string;
  readonly admin: Admin;
  readonly health: Health;
}

export interface FloorResult {
  /** Members that health lets take new flows; where the floor holds, all that are administratively active. */
  readonly usable: ReadonlySet<string>;
  /** True: health would leave too few, so it is ignored. Always an alert. */
  readonly held: boolean;
}

/**
 * Applies the floor to one group. `floor` is a share (0–1) of the administratively active members; `wasHeld` gives hysteresis: once held, the
 * group must rise a tenth above the floor before health is believed again. A group is never emptied: with no usable member left the floor
 * holds whatever its value. Health `unknown` counts as usable: not yet known is not down.
 */
export function withFloor(
  members: readonly FloorMember[],
  floor: number,
  wasHeld = false,
): FloorResult {
  const active = members.filter((each) => each.admin === 'active' || each.admin === 'filling');
  const good = active.filter((each) => each.health !== 'down');
  const need = wasHeld ? Math.min(1, floor + 0.1) : floor;
  const held = active.length > 0 && (good.length === 0 || good.length < need * active.length);
  return { usable: new Set((held ? active : good).map((each) => each.member)), held };
}
