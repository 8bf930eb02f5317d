/** A change that somebody thinks of, and what it would make of the live state. Pure. */
import type { Cluster, Latch } from '../model/intent.ts';
import type { FeedState, MemberHealth } from '../model/live.ts';
import { reason } from '../reason.ts';
import { allMembers, type GroupMember } from '../roles.ts';

/** `off`: its machine dies without a word; `on`: it is back, and its checks succeed. */
export type WhatIfVerb = 'drain' | 'undrain' | 'off' | 'on';
export const whatIfVerbs: readonly WhatIfVerb[] = ['drain', 'undrain', 'off', 'on'];

export interface WhatIf {
  readonly verb: WhatIfVerb;
  /** A node, or a member `group/name`. */
  readonly target: string;
}

/** `drain p1`, `off web/w1`; undefined for anything else. Whether there is such a target is not asked. */
export function parseWhatIf(text: string): WhatIf | undefined {
  const [verb, target, ...rest] = text.trim().split(/\s+/);
  const known = whatIfVerbs.find((each) => each === verb);
  if (known === undefined || target === undefined || rest.length > 0) return undefined;
  return { verb: known, target };
}

/** Memberships that a change is about. A machine that dies dies in all of them. */
export function changedMembers(cluster: Cluster, { target }: WhatIf): readonly GroupMember[] {
  return allMembers(cluster).filter(({ member, node }) => member === target || node === target);
}

/** The live state as operators and checks would make it. */
export function changedFeed(
  feed: FeedState,
  { verb, target }: WhatIf,
  members: readonly GroupMember[],
): FeedState {
  if (verb === 'off' || verb === 'on') {
    const verdict: MemberHealth = {
      health: verb === 'on' ? 'up' : 'down',
      dead: verb === 'off',
      cause: reason('thought-of', `${target} is ${verb}`),
      sinceMs: 0,
      revision: feed.revision,
    };
    const health = Object.fromEntries(members.map(({ member }) => [member, verdict]));
    return { ...feed, health: { ...feed.health, ...health } };
  }
  const names = new Set([target, ...members.flatMap(({ member, node }) => [member, node])]);
  const others = Object.entries(feed.latches).filter(([name]) => !names.has(name));
  const { revision } = feed;
  const latch: Latch = {
    target,
    kind: 'drain',
    by: 'trace',
    why: 'thought of',
    sinceMs: 0,
    revision,
  };
  const latches = Object.fromEntries(others);
  return { ...feed, latches: verb === 'undrain' ? latches : { ...feed.latches, [target]: latch } };
}
