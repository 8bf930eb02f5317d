/** A rollout on machines in folders, and what came of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, Name, Wanted } from '@tricade/cluster';
import { type Converged, type ConvergeOptions, converge } from '../converge.ts';
import type { RolloutEvent } from '../events.ts';
import {
  confPath,
  generation,
  type Machines,
  machines,
  noBlobs,
  nodes,
  policy,
  quickClock,
  secrets,
  tiers,
  wantedAll,
} from './cluster.ts';

type StepEnd = Extract<RolloutEvent, { kind: 'step-ended' }>['end'];

export class Rolling {
  readonly machines: Machines = machines();
  readonly events: RolloutEvent[] = [];

  roll(wanted: readonly Wanted[], more: Partial<ConvergeOptions> = {}): Promise<Converged> {
    return converge({
      wanted,
      nodes,
      policy,
      hostOf: this.machines.hostOf,
      secrets,
      blobs: noBlobs,
      clock: quickClock(),
      snapshot: async () => undefined,
      onEvent: (event) => void this.events.push(event),
      ...more,
    });
  }

  /** Generation one is in force everywhere; nothing of that is remembered. */
  async begin(): Promise<void> {
    await this.roll(one());
    this.events.length = 0;
  }

  /** Node → which generation's file lies there. */
  contents(): [Name, 'one' | 'two'][] {
    return Object.values(this.machines.hosts).map(({ name, root }) => {
      const text = readFileSync(join(root, confPath), 'utf8');
      return [name, text.includes(generation(1, 'one').digest) ? 'one' : 'two'];
    });
  }

  /** Node → how its step ended. */
  ends(): Readonly<Record<Name, StepEnd>> {
    return Object.fromEntries(
      this.events.flatMap((event) =>
        event.kind === 'step-ended' ? [[event.node, event.end] as const] : [],
      ),
    );
  }

  /** Nodes of each wave that was planned. */
  waves(): Name[][] {
    return this.events.flatMap((event) =>
      event.kind === 'planned' && event.plan.wave.length > 0
        ? [event.plan.wave.map(({ node }) => node)]
        : [],
    );
  }
}

/** Generation one of every node. */
export const one = (): Wanted[] => wantedAll(generation(1, 'one'));

/** Generation two of every node, changed by `change`. */
export const two = (change?: (bundle: Bundle, node: Name) => Bundle): Wanted[] =>
  wantedAll(generation(2, 'two'), change);

/** What `contents` is where every node has `word`. */
export const everywhere = (word: 'one' | 'two'): [Name, 'one' | 'two'][] =>
  Object.keys(tiers).map((name) => [name, word]);
