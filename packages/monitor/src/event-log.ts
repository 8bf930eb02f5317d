/** What happened, told to people through the feed: each text says what is so, its cause why. */
import {
  type Event,
  type FeedState,
  type Latch,
  type MemberHealth,
  type Name,
  type Reason,
  reason,
} from '@tricade/cluster';
import type { MonitorOptions } from './options.ts';

export type Told = Pick<Event, 'kind' | 'subject' | 'text'> & { readonly cause: Reason };

export function healthEvent(member: string, verdict: MemberHealth): Told {
  const how = verdict.dead ? 'dead' : verdict.health;
  return { kind: 'health', subject: member, text: `${member} is ${how}`, cause: verdict.cause };
}

const wanted: Readonly<Record<Latch['kind'], string>> = {
  drain: 'is being drained',
  maintenance: 'is taken out for maintenance',
  'force-up': 'is kept in service whatever its checks say',
  'force-down': 'is taken out whatever depends on it',
};

export function latchEvent({ target, kind, by, why }: Latch): Told {
  const cause = reason('latched', `${by} asked for it: ${why}`);
  return { kind: 'latch', subject: target, text: `${target} ${wanted[kind]}`, cause };
}

export function liftEvent(latch: Latch, how: 'lifted' | 'expired'): Told {
  const { target, kind, by } = latch;
  const end = how === 'lifted' ? 'was lifted' : 'has reached its end';
  const cause = reason(how, `the ${kind} that ${by} set ${end}`);
  return { kind: 'latch', subject: target, text: `${target} is in service again`, cause };
}

export function electedEvent(name: Name, epoch: number, before: Name | undefined): Told {
  const text =
    before === undefined
      ? 'nobody led'
      : before === name
        ? 'it took the lead anew'
        : `${before} leads no more`;
  return {
    kind: 'leader',
    subject: name,
    text: `${name} leads in epoch ${epoch}`,
    cause: reason('elected', text),
  };
}

export function deposedEvent(name: Name, why: Reason): Told {
  return { kind: 'leader', subject: name, text: `${name} leads no more`, cause: why };
}

export function adoptedEvent(group: string, step: number): Told {
  const cause = reason('adopted', 'the directors run this table and the feed had lost it');
  return {
    kind: 'table',
    subject: group,
    text: `the table of ${group} goes on from step ${step}`,
    cause,
  };
}

/** Sends events; what cannot be sent is lost, for events are for people and never decide anything. */
export class EventLog {
  readonly #options: Pick<MonitorOptions, 'feed' | 'generation' | 'nowMs'>;
  readonly #state: () => FeedState | undefined;
  #troubles = new Map<string, string>();

  constructor(
    options: Pick<MonitorOptions, 'feed' | 'generation' | 'nowMs'>,
    state: () => FeedState | undefined,
  ) {
    this.#options = options;
    this.#state = state;
  }

  tell(told: Told): void {
    const { feed, generation, nowMs } = this.#options;
    const { epoch, revision } = this.#state() ?? { epoch: 0, revision: 0 };
    const version = { generation: generation.number, epoch, revision };
    void feed.event({ ...told, atMs: nowMs(), version });
  }

  /** Tells of a lasting trouble once, until `well(subject)`. */
  trouble(subject: string, text: string, cause: Reason): void {
    if (this.#troubles.get(subject) === cause.word) return;
    this.#troubles.set(subject, cause.word);
    this.tell({ kind: 'feed', subject, text, cause });
  }

  well(subject: string): void {
    this.#troubles.delete(subject);
  }
}
