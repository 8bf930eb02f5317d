/** Status as lines for people. Pure. */
import { type Status, type StatusRow, span } from '@tricade/cluster';
import { type Cell, type Tone, tableLines, toned } from './table.ts';
import { trafficLines } from './traffic.ts';

const tones: Readonly<Record<StatusRow['state'], Tone>> = {
  ok: 'good',
  out: 'plain',
  lagging: 'warn',
  down: 'bad',
  stale: 'faint',
  unknown: 'faint',
};
const glyphs: Readonly<Record<StatusRow['state'], string>> = {
  ok: '',
  out: '',
  lagging: '! ',
  down: 'x ',
  stale: '? ',
  unknown: '? ',
};

/** The table of nodes, causes, notes; the verdict is the last line. */
export function statusLines(
  status: Status,
  { wide = false, file = 'FILE' }: { readonly wide?: boolean; readonly file?: string } = {},
): readonly string[] {
  const rows = status.rows.map((row): readonly (string | Cell)[] => [
    row.node,
    row.tier,
    row.want,
    row.told,
    { text: `${glyphs[row.state]}${row.seen}`, tone: tones[row.state] },
    row.load,
    row.ageMs === undefined ? '-' : span(row.ageMs),
    ...(wide ? [row.state, row.why?.text ?? '-'] : []),
  ]);
  const more = wide ? ['STATE', 'WHY'] : [];
  const heading = ['NODE', 'TIER', 'WANT', 'TOLD', 'SEEN', 'LOAD', 'AGE', ...more];
  const lines = [...tableLines(heading, rows)];
  if (status.causes.length > 0) {
    lines.push(`Causes (${status.causes.length}):`);
    for (const cause of status.causes)
      lines.push(
        `  ${cause.text}${cause.hides.length === 0 ? '' : `  (hides ${cause.hides.length} ${cause.hides.length === 1 ? 'symptom' : 'symptoms'}: ${cause.hides.join(', ')})`}`,
      );
  }
  for (const group of status.held)
    lines.push(`Note:  health of ${group} is ignored: too little of it is up to be believed`);
  for (const note of status.notes) lines.push(`Note:  ${note}`);
  if (wide && status.traffic !== undefined) lines.push('', ...trafficLines(status.traffic), '');
  const { word, text } = status.verdict;
  const next = status.verdict.next.replace('FILE', file);
  const tone: Tone =
    word === 'HEALTHY' ? 'good' : word === 'DOWN' ? 'bad' : word === 'UNKNOWN' ? 'faint' : 'warn';
  lines.push(`${toned(word, tone)}  ${text}      next: ${next}`);
  return lines;
}
