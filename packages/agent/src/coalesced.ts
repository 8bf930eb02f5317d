/**
 * Runs `act` at most once at a time; asked for again meanwhile, once more afterwards, however often it was asked. The promise resolves when nothing is
 * left to do. `act` must not reject.
 */
export function coalesced(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const loop = async (): Promise<void> => {
    while (again) {
      again = false;
      await act();
    }
    running = undefined;
  };
  return () => {
    again = true;
    running ??= Promise.resolve().then(loop);
    return running;
  };
}
