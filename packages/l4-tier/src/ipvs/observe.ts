/** Reads services, reals, daemons and counters back from the kernel. Parsing is pure. */
import { canonicalPrefix, type DirectorState, type Host, TricadeError } from '@tricade/cluster';
import { vipPrefixes } from './marks.ts';
import { marksTable } from './names.ts';
import { type VirtualService, virtualServices } from './services.ts';
import { destinationOf, type IpvsTable, parseTable } from './table.ts';

/** Prints the kernel's table. `-n` first: it would ask name servers. */
export const saveScript = 'ipvsadm -Sn';

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

export function unreadable(host: Host, stderr: string): TricadeError {
  return new TricadeError('TRI-D32', firstLine(stderr) || 'ipvsadm says nothing', {
    node: host.name,
  });
}

/** The kernel's whole table, services of others included. Throws TRI-D32. */
export async function readTable(host: Host): Promise<IpvsTable> {
  const { code, stdout, stderr } = await host.run(saveScript);
  if (code !== 0) throw unreadable(host, stderr);
  return parseTable(stdout);
}

/** A real of a service as `ipvsadm -Ln` lists it, with its columns of numbers. */
export interface ListedReal {
  readonly service: string;
  readonly real: string;
  readonly numbers: readonly number[];
}

const listedProtocols: Readonly<Record<string, string>> = { TCP: '-t', UDP: '-u', FWM: '-f' };

/** Lines of `ipvsadm -Ln` (weight, active, inactive) or `ipvsadm -Ln --stats` (connections, packets in and out, bytes in and out). */
export function parseListing(output: string): readonly ListedReal[] {
  let service = '';
  return output.split('\n').flatMap((line) => {
    const [, protocol = '', address = '', more = ''] =
      /^(TCP|UDP|FWM) +(\S+)(?: +(\S+))?/.exec(line) ?? [];
    if (protocol !== '') {
      service = `${listedProtocols[protocol]} ${address}${more === 'IPv6' ? ' -6' : ''}`;
      return [];
    }
    const [, real = '', rest = ''] =
      /^ +-> (\S+:\d+) +(?:(?:Masq|Route|Tunnel) +)?([\d ]+)$/.exec(line) ?? [];
    return real === '' ? [] : [{ service, real, numbers: rest.trim().split(/ +/).map(Number) }];
  });
}

/** Adds up what the listing says of each member (`group/name`); every member is named, with 0 where nothing is listed. */
export function byMember(
  services: readonly VirtualService[],
  listed: readonly ListedReal[],
  count: (numbers: readonly number[]) => number,
): Record<string, number> {
  const names = new Map<string, string>();
  const sums: Record<string, number> = {};
  for (const service of services) {
    for (const { name } of service.group.reals) {
      const member = `${service.group.group}/${name}`;
      sums[member] ??= 0;
      const destination = destinationOf(service, name);
      if (destination !== undefined) names.set(`${service.key} ${destination}`, member);
    }
  }
  for (const { service, real, numbers } of listed) {
    const member = names.get(`${service} ${real}`);
    if (member !== undefined) sums[member] = (sums[member] ?? 0) + count(numbers);
  }
  return sums;
}

/** Both listings, one after the other behind a mark. */
export const listingScript = 'ipvsadm -Ln --exact && echo ---stats && ipvsadm -Ln --stats --exact';

export function listings(output: string): readonly [string, string] {
  const [connections = '', stats = ''] = output.split('---stats\n');
  return [connections, stats];
}

const part = '---part';

/** Everything that the unit is to have put into the kernel, part by part. */
export const standingScript: string = [
  'ipvsadm -Sn',
  'ipvsadm -L --daemon',
  `nft list table inet ${marksTable} >/dev/null 2>&1 && echo marks`,
  'ip -4 route show table local type local dev lo; ip -6 route show table local type local dev lo',
].join(`; echo ${part}; `);

/** What of the unit's work is not there, a sentence each. */
export function lacking(state: DirectorState, output: string): readonly string[] {
  const [saved = '', daemons = '', marks = '', routes = ''] = output.split(`${part}\n`);
  const services = virtualServices(state);
  const table = parseTable(saved);
  const held = new Set(routes.split('\n').map((line) => canonicalPrefix(line.split(' ')[1] ?? '')));
  return [
    ...(marks.includes('marks') ? [] : [`nft has no table ${marksTable}`]),
    ...services.filter(({ key }) => !table.has(key)).map(({ key }) => `no service ${key}`),
    ...vipPrefixes(services)
      .filter((prefix) => !held.has(prefix))
      .map((prefix) => `${prefix} is not the host’s own`),
    ...['master', 'backup']
      .filter((kind) => !daemons.includes(`${kind} sync daemon (mcast=${state.device},`))
      .map((kind) => `no ${kind} sync daemon on ${state.device}`),
  ];
}
