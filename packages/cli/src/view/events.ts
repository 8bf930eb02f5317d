/** Events as lines for people. Pure. */
import { clock, type Event } from '@tricade/cluster';

/** A line each; `wide`: with the day, the subject, and the position of the feed at which it happened. */
export function eventLines(events: readonly Event[], wide: boolean): readonly string[] {
  return events.map((event) => {
    const { atMs, kind, subject, text, cause, version } = event;
    const because = cause === undefined ? '' : `, because ${cause.text}`;
    const at = wide ? new Date(atMs).toISOString().slice(0, 19).replace('T', ' ') : clock(atMs);
    const { generation, epoch, revision } = version;
    const more = wide
      ? `  gen ${generation} epoch ${epoch} rev ${revision}  ${subject.padEnd(12)}`
      : '';
    const source = wide && cause?.source !== undefined ? ` (${cause.source})` : '';
    return `${at}${more}  ${kind.padEnd(8)}  ${text}${because}${source}`;
  });
}
