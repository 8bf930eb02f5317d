/** Findings that have no place in a file, as lines for people. Pure. */
import type { Finding } from '@tricade/cluster';

/** Code and message; effect and fix below. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ code, severity, message, effect, fix }) => [
    `${code}  ${severity}: ${message}`,
    `   Effect: ${effect}`,
    `   Fix: ${fix}     tricade explain ${code}`,
  ]);
}
