/** Names that people mistype. */
import { nearest, TricadeError } from '@tricade/cluster';

const mostListed = 20;

/** TRI-U007 with the nearest name that there is, and the names there are (the first 20). */
export function unknownName(what: string, given: string, known: readonly string[]): TricadeError {
  const guess = nearest(given, known);
  const listed = known.slice(0, mostListed).join(', ') || 'none';
  const more = known.length > mostListed ? ` and ${known.length - mostListed} more` : '';
  return new TricadeError('TRI-U007', `no ${what} is called ${given}`, {
    hint: `${guess === undefined ? '' : `did you mean ${guess}? `}there are: ${listed}${more}`,
  });
}
