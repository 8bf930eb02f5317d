/** Times as people read them. */

/** `HH:MM:SS`, UTC. */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** 950 ms, 12 s, 3 m, 2 h. */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} m` : `${Math.round(ms / 3_600_000)} h`;
}
