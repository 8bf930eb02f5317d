/** What a machine is: one script, one answer. */
import type { Facts, Host } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { quote } from './shell.ts';

/** Sections of a script's output, each under a line `@@name`. */
export type Sections = ReadonlyMap<string, string>;

/** Reads a host's facts in one round trip. `packages`: Debian package names to look for. */
export async function facts(host: Host, packages: readonly string[] = []): Promise<Facts> {
  const { stdout } = await host.run(`export LC_ALL=C\n${factsScript(packages)}`);
  return parseFacts(sections(stdout), host.name, packages);
}

/** The part of a script that prints the facts. */
export function factsScript(packages: readonly string[]): string {
  const names = packages.map(quote).join(' ');
  const query =
    packages.length === 0
      ? ':'
      : `dpkg-query -W -f='\${Package} \${db:Status-Status} \${Version}\\n' -- ${names} 2>/dev/null || :`;
  return `echo @@os; cat "\${TRICADE_ROOT-}/etc/os-release"
echo @@kernel; uname -r
echo @@addr; ip -j addr; echo
echo @@packages; ${query}
`;
}

/** Splits what a script printed. A line `@@name` begins a section; text before the first one is dropped. */
export function sections(stdout: string): Sections {
  const found = new Map<string, string>();
  for (const part of `\n${stdout}`.split('\n@@').slice(1)) {
    const end = part.indexOf('\n');
    found.set(end < 0 ? part : part.slice(0, end), end < 0 ? '' : part.slice(end + 1));
  }
  return found;
}

/** Reads the sections of `factsScript`. Throws TRI-S014 where they are not there. */
export function parseFacts(found: Sections, node: string, packages: readonly string[] = []): Facts {
  const [os, kernel, addr] = ['os', 'kernel', 'addr'].map((name) => found.get(name));
  if (os === undefined || kernel === undefined || addr === undefined) throw unreadable(node);
  return {
    os: /^PRETTY_NAME="?([^"\n]*)/m.exec(os)?.[1] ?? 'unknown',
    kernel: kernel.trim(),
    devices: devices(addr, node),
    packages: installedPackages(found.get('packages') ?? '', packages),
  };
}

interface IpAddr {
  readonly ifname: string;
  readonly address?: string;
  readonly mtu: number;
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
}

function devices(json: string, node: string): Facts['devices'] {
  let rows: IpAddr[];
  try {
    rows = JSON.parse(json) as IpAddr[];
  } catch (cause) {
    throw unreadable(node, cause);
  }
  const entry = ({ ifname, address = '', mtu, addr_info: all = [] }: IpAddr) => {
    const addresses = all.map(({ local, prefixlen }) => `${local}/${prefixlen}`);
    return [ifname, { mac: address, addresses, mtuBytes: mtu }] as const;
  };
  return Object.fromEntries(rows.filter(({ ifname }) => ifname !== undefined).map(entry));
}

function installedPackages(text: string, asked: readonly string[]): Record<string, string> {
  const lines = text.split('\n').map((line) => line.split(' '));
  const versions = new Map(
    lines.filter(([, state]) => state === 'installed').map(([name, , version]) => [name, version]),
  );
  return Object.fromEntries(asked.map((name) => [name, versions.get(name) ?? '']));
}

/** The host said something that is no answer to what was asked. */
export function unreadable(node: string, cause?: unknown): TricadeError {
  return new TricadeError('TRI-S014', `${node} gave an answer that cannot be read`, {
    node,
    cause,
  });
}
