/** The leader's book of verdicts: observations of all vantage points in, changes of health out. */
import {
  type Cluster,
  inTransition,
  judge,
  type MemberHealth,
  type Observation,
  suspectVantages,
  unjudged,
  type Verdict,
  type VerdictRule,
  withoutVantage,
} from '@tricade/cluster';

export interface HealthChange {
  readonly member: string;
  readonly health: MemberHealth;
}

/** A vantage point that says nothing for this long has no voice any more. */
const silentMs = 5_000;

/** Rules of every target: the pool's own check, or the monitor's for machines of the cluster. */
export function verdictRules(cluster: Cluster): Readonly<Record<string, VerdictRule>> {
  const { agree, check } = cluster.monitor;
  const rules: Record<string, VerdictRule> = {};
  for (const pool of cluster.pools)
    for (const server of pool.servers)
      rules[`${pool.name}/${server.name}`] = {
        rise: pool.check.rise,
        fall: pool.check.fall,
        agree,
      };
  for (const node of cluster.nodes)
    if (node.tier !== 'servers')
      rules[`${node.tier}/${node.name}`] = { rise: check.rise, fall: check.fall, agree };
  return rules;
}

/** How long a judgement on the vantage points themselves holds: it costs a look at every target. */
const suspectsForMs = 200;

/** Holds one verdict per target. Times: `nowMs` wall clock for people, `monoMs` monotonic for silence. */
export class Verdicts {
  readonly #rules: Readonly<Record<string, VerdictRule>>;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #heardMs = new Map<string, number>();
  #suspects: readonly string[] = [];
  #suspectsAtMs = Number.NEGATIVE_INFINITY;

  constructor(rules: Readonly<Record<string, VerdictRule>>) {
    this.#rules = rules;
  }

  /** How many targets there are rules for. */
  get size(): number {
    return Object.keys(this.#rules).length;
  }

  /**
   * Takes over what an earlier leader published: it stands until observations say otherwise. What vantage points have said to this monitor
   * meanwhile is kept, and of members of which nothing was published the next observation makes the verdict: what was judged here before the
   * election was told to nobody. Answers members that nobody checks any more.
   */
  inherit(published: Readonly<Record<string, MemberHealth>>): readonly string[] {
    const gone: string[] = [];
    for (const [member, { opinions }] of this.#verdicts)
      if (published[member] === undefined) this.#verdicts.set(member, { ...unjudged, opinions });
    for (const [member, { health, dead, cause }] of Object.entries(published)) {
      if (this.#rules[member] === undefined) gone.push(member);
      else this.#verdicts.set(member, { health, dead, cause, opinions: this.of(member).opinions });
    }
    return gone;
  }

  of(member: string): Verdict {
    return this.#verdicts.get(member) ?? unjudged;
  }

  /** How fast a target is to be checked now. `lastOk`: newest result, perhaps still on its way here; one against the verdict is a transition. */
  pace(member: string, lastOk?: boolean): 'normal' | 'fast' | 'down' {
    const verdict = this.of(member);
    const rule = this.#rules[member] ?? { fall: 1 };
    const against = lastOk !== undefined && lastOk !== (verdict.health !== 'down');
    if (against || inTransition(verdict, rule)) return 'fast';
    return verdict.health === 'down' ? 'down' : 'normal';
  }

  /** Takes one observation; the change it makes, if any. Observations of unknown targets are none of ours. */
  take(seen: Observation, nowMs: number, monoMs: number): HealthChange | undefined {
    const rule = this.#rules[seen.target];
    if (rule === undefined) return undefined;
    this.#heardMs.set(seen.vantage, monoMs);
    if (!seen.ok && this.#suspected(monoMs).includes(seen.vantage)) return undefined;
    return this.#settle(seen.target, judge(this.of(seen.target), seen, rule), nowMs);
  }

  /** Drops the voices of vantage points that fell silent; the changes that follow. */
  forgetSilent(nowMs: number, monoMs: number): readonly HealthChange[] {
    const changes: HealthChange[] = [];
    for (const [vantage, heardMs] of this.#heardMs) {
      if (monoMs - heardMs < silentMs) continue;
      this.#heardMs.delete(vantage);
      for (const [member, verdict] of this.#verdicts) {
        const rule = this.#rules[member];
        const change = rule && this.#settle(member, withoutVantage(verdict, vantage, rule), nowMs);
        if (change !== undefined) changes.push(change);
      }
    }
    return changes;
  }

  /** This process did not run for a while: nobody's silence until now means anything. */
  excuse(monoMs: number): void {
    for (const vantage of this.#heardMs.keys()) this.#heardMs.set(vantage, monoMs);
  }

  #suspected(monoMs: number): readonly string[] {
    if (monoMs - this.#suspectsAtMs >= suspectsForMs) {
      this.#suspectsAtMs = monoMs;
      this.#suspects = this.#heardMs.size < 2 ? [] : suspectVantages(this.#downsByVantage());
    }
    return this.#suspects;
  }

  #downsByVantage(): Readonly<Record<string, readonly boolean[]>> {
    const downs: Record<string, boolean[]> = {};
    for (const { opinions } of this.#verdicts.values()) {
      for (const [vantage, opinion] of Object.entries(opinions)) {
        if (opinion.health === 'unknown') continue;
        downs[vantage] ??= [];
        downs[vantage].push(opinion.health === 'down');
      }
    }
    return downs;
  }

  #settle(member: string, verdict: Verdict, nowMs: number): HealthChange | undefined {
    const before = this.of(member);
    this.#verdicts.set(member, verdict);
    if (before.health === verdict.health && before.dead === verdict.dead) return undefined;
    const { health, dead, cause } = verdict;
    return { member, health: { health, dead, cause, sinceMs: nowMs, revision: 0 } };
  }
}
