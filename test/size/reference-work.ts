/**
 * Work of the kind that a cluster file asks for (texts, patterns, maps, sorting, JSON), always the same: how long it takes says how fast the
 * machine is now, so that a bound in milliseconds means the same on a slow one.
 */

/**
 * What `referenceWork` takes on the machine that the bounds were set on. Reckoned, not measured there: 10,000 services took 2.1 s of processor time on
 * it (2026-11-21), and the same program 4.6 s where this work takes 137 ms.
 */
export const referenceMs = 63;

/** Processor time of the work on this machine, ms: the least of five. */
export function referenceWork(): number {
  return Math.min(...Array.from({ length: 5 }, once));
}

function once(): number {
  const before = process.threadCpuUsage();
  const known = new Map<string, { readonly name: string; readonly ports: readonly number[] }>();
  for (let at = 0; at < 60_000; at++) {
    const name = `service-${at}: 198.51.${at % 256}.${(at >> 8) % 256}`;
    const [, host = '', port = ''] = /^service-(\d+): ([\d.]+)$/.exec(name) ?? [];
    known.set(`${host}/${port}`, { name, ports: [at % 65_536] });
  }
  const sorted = [...known].sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify(sorted);
  if (JSON.parse(text).length !== known.size) throw new Error('the work was not done');
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
