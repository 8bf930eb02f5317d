/** Names that people mistype. */
import { type Cluster, nearest, TricadeError } from '@tricade/cluster';

const mostListed = 20;

/** What latches and changes are for: nodes, and servers as members of their pools. */
export function targetsOf({ nodes, pools }: Cluster): readonly string[] {
  const members = pools.flatMap(({ name, servers }) =>
    servers.map((server) => `${name}/${server.name}`),
  );
  return [...nodes.map(({ name }) => name), ...members];
}

/** TRI-U007 with the nearest name that there is, and the names there are (the first 20). */
export function unknownName(what: string, given: string, known: readonly string[]): TricadeError {
  const guess = nearest(given, known);
  const listed = known.slice(0, mostListed).join(', ') || 'none';
  const more = known.length > mostListed ? ` and ${known.length - mostListed} more` : '';
  return new TricadeError('TRI-U007', `no ${what} is called ${given}`, {
    hint: `${guess === undefined ? '' : `did you mean ${guess}? `}there are: ${listed}${more}`,
  });
}

/** Throws TRI-U007 where a service is named that the file has not; undefined: none is. */
export function mustHaveService({ services }: Cluster, given: string | undefined): void {
  const names = services.map(({ name }) => name);
  if (given !== undefined && !names.includes(given)) throw unknownName('service', given, names);
}
