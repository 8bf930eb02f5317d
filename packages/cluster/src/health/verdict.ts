/**
 * Observations → one verdict per target. Pure state machine: the same observations in the same order give the same verdicts, so a recorded log
 * can be replayed. HAProxy's model (rise, fall) per vantage point; over them `agree` of n.
 */
import type { Health } from '../model/intent.ts';
import type { Observation } from '../model/seen.ts';
import { type Reason, reason } from '../reason.ts';

export interface VerdictRule {
  /** Successes in a row that end a fault. */
  readonly rise: number;
  /** Failures in a row that make one. */
  readonly fall: number;
  /** Vantage points that must say down; with fewer of them, all. */
  readonly agree: number;
}

/** What one vantage point thinks of one target. */
export interface Opinion {
  readonly health: Health;
  /** Results in a row that speak against `health`. */
  readonly against: number;
  /** Failures in a row in which not even the kernel answered. */
  readonly unreachable: number;
  readonly detail: string;
  readonly monoMs: number;
  /** Of the vantage point's process: what `monoMs` counts from. */
  readonly run?: string;
}

export interface Verdict {
  readonly health: Health;
  readonly dead: boolean;
  readonly cause: Reason;
  /** By vantage point. */
  readonly opinions: Readonly<Record<string, Opinion>>;
}

export const unjudged: Verdict = {
  health: 'unknown',
  dead: false,
  cause: reason('not-checked', 'nobody checked it yet'),
  opinions: {},
};

/**
 * One more observation. A first success marks up at once; a first failure counts towards `fall`. Late news of a vantage point is dropped; what a
 * new run of its process says is none, though its clock began anew, for the stream keeps the order of both runs.
 */
export function judge(verdict: Verdict, seen: Observation, rule: VerdictRule): Verdict {
  const before = verdict.opinions[seen.vantage];
  const sameClock = before !== undefined && before.run === seen.run;
  if (sameClock && seen.monoMs < before.monoMs) return verdict;
  const was = before ?? firstOpinion(verdict, rule);
  const opinions = { ...verdict.opinions, [seen.vantage]: opine(was, seen, rule) };
  return merge(verdict, opinions, { rule, target: seen.target });
}

/** Forgets a vantage point that fell silent or turned suspect; with none left the verdict stays as it was. */
export function withoutVantage(verdict: Verdict, vantage: string, rule: VerdictRule): Verdict {
  if (verdict.opinions[vantage] === undefined) return verdict;
  const opinions = Object.fromEntries(
    Object.entries(verdict.opinions).filter(([name]) => name !== vantage),
  );
  return Object.keys(opinions).length === 0
    ? { ...verdict, opinions }
    : merge(verdict, opinions, { rule, target: vantage });
}

/** Before a vantage point has said anything: it doubts only what is up or unknown, so that a fault found by others ends by `rise` successes. */
function firstOpinion({ health, dead }: Verdict, rule: VerdictRule): Was {
  return health === 'down'
    ? { health, against: 0, unreachable: dead ? rule.fall : 0 }
    : { health: 'unknown', against: 0, unreachable: 0 };
}

type Was = Pick<Opinion, 'health' | 'against' | 'unreachable'>;

function opine(was: Was, seen: Observation, rule: VerdictRule): Opinion {
  const unreachable = seen.ok || !seen.unreachable ? 0 : was.unreachable + 1;
  const common = {
    unreachable,
    detail: seen.detail,
    monoMs: seen.monoMs,
    ...(seen.run === undefined ? {} : { run: seen.run }),
  };
  if (seen.ok) {
    if (was.health !== 'down') return { ...common, health: 'up', against: 0 };
    const against = was.against + 1;
    return against >= rule.rise
      ? { ...common, health: 'up', against: 0 }
      : { ...common, health: 'down', against };
  }
  if (was.health === 'down') return { ...common, health: 'down', against: 0 };
  const against = was.against + 1;
  return against >= rule.fall
    ? { ...common, health: 'down', against: 0 }
    : { ...common, health: was.health, against };
}

function merge(
  before: Verdict,
  opinions: Readonly<Record<string, Opinion>>,
  { rule, target }: { readonly rule: VerdictRule; readonly target: string },
): Verdict {
  const all = Object.entries(opinions);
  const down = all.filter(([, opinion]) => opinion.health === 'down');
  const known = all.filter(([, opinion]) => opinion.health !== 'unknown');
  const need = Math.min(rule.agree, all.length);
  const health: Health =
    down.length >= need && down.length > 0 ? 'down' : known.length > 0 ? 'up' : before.health;
  const dead =
    health === 'down' &&
    all.length > 0 &&
    all.every(([, opinion]) => opinion.unreachable >= rule.fall);
  if (health === before.health && dead === before.dead) return { ...before, opinions };
  return { health, dead, opinions, cause: causeOf(health, dead, { target, down, known }) };
}

type Voices = readonly (readonly [string, Opinion])[];

function causeOf(
  health: Health,
  dead: boolean,
  voices: { readonly target: string; readonly down: Voices; readonly known: Voices },
): Reason {
  const [vantage, opinion] = (health === 'down' ? voices.down : voices.known)[0] ?? [
    'nobody',
    { detail: 'nothing' },
  ];
  const others = voices.down.length > 1 ? ` and ${voices.down.length - 1} more` : '';
  if (dead)
    return reason(
      'dead',
      `not even its kernel answers (${opinion.detail}), seen from ${vantage}${others}`,
    );
  if (health === 'down')
    return reason('check-failed', `${opinion.detail}, seen from ${vantage}${others}`);
  return reason('check-passed', `${opinion.detail}, seen from ${vantage}`);
}

/** In transition, also between down and dead: the faster interval applies. */
export function inTransition(verdict: Verdict, { fall }: Pick<VerdictRule, 'fall'>): boolean {
  return (
    verdict.health === 'unknown' ||
    Object.values(verdict.opinions).some(
      ({ health, against, unreachable }) =>
        against > 0 || (health === 'down' && unreachable > 0 && unreachable < fall),
    )
  );
}

/**
 * Vantage points that see (nearly) everything down while another sees otherwise: they are cut off themselves. `seen`: vantage → target → down?
 * With a single vantage point there is nobody to contradict it; the floor holds then.
 */
export function suspectVantages(
  seen: Readonly<Record<string, readonly boolean[]>>,
): readonly string[] {
  const blind = Object.entries(seen)
    .filter(([, downs]) => downs.length >= 3 && downs.every(Boolean))
    .map(([name]) => name);
  return blind.length < Object.keys(seen).length ? blind : [];
}
