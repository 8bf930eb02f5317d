/** Connections of a simulation, by the row of a table that their hash names. */

/** Live connections by row. Those that have ended are taken out when their row is looked at. */
export class Connections {
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #owner: Uint16Array;
  readonly #endTick: Float32Array;
  /** Which of two directors the routers send it through. */
  readonly #through: Uint8Array;
  #count = 0;

  constructor(rows: number, room: number) {
    this.#heads = new Int32Array(rows).fill(-1);
    this.#next = new Int32Array(room);
    this.#owner = new Uint16Array(room);
    this.#endTick = new Float32Array(room);
    this.#through = new Uint8Array(room);
  }

  get count(): number {
    return this.#count;
  }

  open(
    row: number,
    owner: number,
    { endTick, through }: { endTick: number; through: 0 | 1 },
  ): void {
    const at = this.#count++;
    this.#owner[at] = owner;
    this.#endTick[at] = endTick;
    this.#through[at] = through;
    this.#next[at] = this.#heads[row] as number;
    this.#heads[row] = at;
  }

  /** Takes out what has ended, and what `isLost` says of (owner, director); how many of those there were. */
  lose(row: number, tick: number, isLost: (owner: number, through: number) => boolean): number {
    let lost = 0;
    let before = -1;
    for (let at = this.#heads[row] as number; at >= 0; at = this.#next[at] as number) {
      const ended = (this.#endTick[at] as number) <= tick;
      const breaks = !ended && isLost(this.#owner[at] as number, this.#through[at] as number);
      if (breaks) lost++;
      if (!ended && !breaks) before = at;
      else if (before < 0) this.#heads[row] = this.#next[at] as number;
      else this.#next[before] = this.#next[at] as number;
    }
    return lost;
  }

  /** Live ones of a row, of an owner or of all. */
  live(row: number, tick: number, of?: number): number {
    let count = 0;
    this.lose(row, tick, (owner) => {
      if (of === undefined || owner === of) count++;
      return false;
    });
    return count;
  }
}
