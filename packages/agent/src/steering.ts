/**
 * Steers one role: one call of its driver at a time, always the newest live state, nothing where nothing changed. A role that hangs holds up
 * no other role.
 */
import type { Driver, Host, Reason, RoleName, Version } from '@tricade/cluster';
import { reason, TricadeError } from '@tricade/cluster';

/** A driver of any role: which state and live state belong to it is known by the role's name only. */
// biome-ignore lint/suspicious/noExplicitAny: roles.ts and live.ts give each role its own types; the agent carries them through unread
export type AnyDriver = Driver<any, any>;
export type AgentDrivers = Readonly<Partial<Record<RoleName, AnyDriver>>>;

/** Live state of a role, and the text that is equal for equal live states. */
export interface Wanted {
  readonly live: unknown;
  readonly key: string;
  readonly at: Version;
}

export interface Applied extends Wanted {
  /** Wall clock. */
  readonly atMs: number;
}

/** Data planes are read back and set right this often although nothing changed: somebody may have been at them. */
const verifyEveryMs = 10_000;
/** A driver that takes longer is said to. */
const slowAfterMs = 3_000;

export interface SteeringOptions {
  readonly role: RoleName;
  readonly driver: AnyDriver;
  readonly host: Host;
  readonly state: unknown;
  /** Wall clock, ms. */
  nowMs(): number;
  /** Something was applied, or failed to be. */
  onDone(): void;
}

export class Steering {
  readonly #options: SteeringOptions;
  #wanted: Wanted | undefined;
  #applied: Applied | undefined;
  #steeredKey: string | undefined;
  #startedMs = 0;
  #running = false;
  #failed: Reason | undefined;
  #failingSinceMs: number | undefined;

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  get role(): RoleName {
    return this.#options.role;
  }

  /** What the data plane held when it was read back last. */
  get applied(): Applied | undefined {
    return this.#applied;
  }

  /** Something is to be done, and nothing has come of it yet, neither good nor bad. */
  get isPending(): boolean {
    return this.#wanted !== undefined && this.#applied === undefined && this.#failed === undefined;
  }

  /** Why the newest live state is not in force. */
  get trouble(): Reason | undefined {
    const { role } = this.#options;
    const tookMs = performance.now() - this.#startedMs;
    if (this.#running && tookMs > slowAfterMs)
      return reason(
        'steer-slow',
        `the ${role} driver has not answered for ${Math.round(tookMs)} ms`,
      );
    return this.#failed;
  }

  /** For how long nothing could be applied, ms; 0 where the last call worked. */
  get failingMs(): number {
    const since = this.#running
      ? (this.#failingSinceMs ?? this.#slowSince())
      : this.#failingSinceMs;
    return since === undefined ? 0 : performance.now() - since;
  }

  /** Level-triggered: call it as often as you like. A failure is tried again with the next call. */
  want(wanted: Wanted): void {
    this.#wanted = wanted;
    if (this.#running) return;
    const applied = this.#applied;
    const due = performance.now() - this.#startedMs > verifyEveryMs;
    if (applied !== undefined && this.#failed === undefined && !due) {
      if (applied.key === wanted.key) {
        this.#applied = { ...applied, at: wanted.at };
        return;
      }
      if (this.#asksForNothing(wanted, applied)) {
        this.#applied = { ...wanted, atMs: this.#options.nowMs() };
        return;
      }
    }
    void this.#steer(wanted);
  }

  /** Another live state that the data plane holds already, by the driver's word: a real that is only to be drained, say. */
  #asksForNothing(wanted: Wanted, applied: Applied): boolean {
    const { driver, state } = this.#options;
    return driver.liveDigest(state, wanted.live) === driver.liveDigest(state, applied.live);
  }

  async #steer(wanted: Wanted): Promise<void> {
    const { driver, host, state, nowMs, onDone } = this.#options;
    this.#running = true;
    this.#startedMs = performance.now();
    this.#steeredKey = wanted.key;
    try {
      const read = await driver.steer(host, state, wanted.live, wanted.at);
      if (read !== driver.liveDigest(state, wanted.live)) {
        this.#fail(
          reason(
            'read-back-differs',
            `the ${driver.role} driver set one thing and read back another`,
          ),
        );
      } else {
        this.#applied = { ...wanted, atMs: nowMs() };
        this.#failed = undefined;
        this.#failingSinceMs = undefined;
      }
    } catch (error) {
      this.#fail(troubleOf(driver.role, error));
    }
    this.#running = false;
    this.#follow();
    onDone();
    const next = this.#wanted;
    // Only news are steered at once; the same again after a failure waits for the next round.
    if (next !== undefined && !this.#running && next.key !== this.#steeredKey)
      void this.#steer(next);
  }

  /** Revisions that came during the call and ask for nothing else are in force as well. */
  #follow(): void {
    const [applied, wanted] = [this.#applied, this.#wanted];
    if (this.#failed === undefined && applied !== undefined && wanted?.key === applied.key)
      this.#applied = { ...applied, at: wanted.at };
  }

  #fail(why: Reason): void {
    this.#failed = why;
    this.#failingSinceMs ??= performance.now();
  }

  #slowSince(): number | undefined {
    return performance.now() - this.#startedMs > slowAfterMs ? this.#startedMs : undefined;
  }
}

/** The chain of causes, once. */
function troubleOf(role: string, error: unknown): Reason {
  const texts: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) texts.push(cause.message);
  const code = error instanceof TricadeError ? error.code : undefined;
  return reason('steer-failed', `${role}: ${texts.join(': ') || String(error)}`, code);
}
