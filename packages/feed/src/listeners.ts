/** Who wants to hear of something. Calls go to those who were there when the call began; ending twice is fine. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #all = new Set<(...args: Args) => void>();

  get count(): number {
    return this.#all.size;
  }

  add(listener: (...args: Args) => void): () => void {
    const own = (...args: Args): void => listener(...args);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  call(...args: Args): void {
    for (const listener of [...this.#all]) listener(...args);
  }
}
