/** The only place that names drivers, hosts and stores. Everything is loaded when it is asked for. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Bundle,
  type Catalog,
  type Cluster,
  type ClusterNode,
  type CodeTable,
  type DirectorTraits,
  type Driver,
  type Generation,
  type Host,
  managedNodes,
  type Name,
  type Payload,
  type RoleName,
  roleStates,
  speakerDriver,
  TricadeError,
  type Wanted,
} from '@tricade/cluster';

import { jumpOf } from './jump.ts';

/** A driver of any role: state and live state are matched by role name. */
// biome-ignore lint/suspicious/noExplicitAny: the table joins drivers of different state types; roles.ts and live.ts give each its own
export type AnyDriver = Driver<any, any>;
export type Drivers = Readonly<Record<RoleName, AnyDriver>>;

/** What every driver can do, without loading one. */
export async function catalog(): Promise<Catalog> {
  const [{ routerCapabilities }, { l4Capabilities }, { l7Capabilities }] = await Promise.all([
    import('@tricade/router-config/capabilities'),
    import('@tricade/l4-tier/capabilities'),
    import('@tricade/l7-tier/capabilities'),
  ]);
  return { ...routerCapabilities, ...l4Capabilities, ...l7Capabilities };
}

/** The driver of each role for a cluster. Throws TRI-U005 where this version has none of that name. */
export async function driversOf(cluster: Cluster): Promise<Drivers> {
  const [{ base, monitor, redis }, { routerDrivers }, { l4Drivers }, { l7Drivers }] =
    await Promise.all([
      import('@tricade/host'),
      import('@tricade/router-config'),
      import('@tricade/l4-tier'),
      import('@tricade/l7-tier'),
    ]);
  const named = (
    role: string,
    table: Readonly<Record<string, AnyDriver>>,
    name: string,
  ): AnyDriver => {
    const driver = table[name];
    if (driver === undefined)
      throw new TricadeError('TRI-U005', `no ${role} driver is called ${name}`, {
        hint: `there are: ${Object.keys(table).join(', ')}`,
      });
    return driver;
  };
  return {
    base,
    monitor,
    redis,
    router: named('router', routerDrivers.router, cluster.routers.driver),
    speaker: named('speaker', routerDrivers.speaker, speakerDriver(cluster)),
    director: named('director', l4Drivers.director, cluster.l4.driver),
    receiver: named('receiver', l4Drivers.receiver, 'linux'),
    proxy: named('proxy', l7Drivers.proxy, cluster.l7.driver),
  };
}

/** What trace and the conductor must know of the directors' driver. */
export async function directorCan(cluster: Cluster): Promise<DirectorTraits> {
  return (await catalog())['director']?.[cluster.l4.driver] ?? {};
}

/** Order in which a node's roles are installed: what others stand on first. */
const roleOrder: readonly RoleName[] = [
  'base',
  'redis',
  'monitor',
  'receiver',
  'director',
  'router',
  'speaker',
  'proxy',
];

/** Bundles of every managed node. */
export async function wantedOf(
  intent: { readonly cluster: Cluster; readonly generation: Generation; readonly payload: Payload },
  only?: Name,
): Promise<readonly Wanted[]> {
  const drivers = await driversOf(intent.cluster);
  return managedNodes(intent.cluster)
    .filter((node) => only === undefined || node.name === only)
    .map((node) => {
      const states = roleStates(intent, node.name);
      const bundles = roleOrder.flatMap((role): Bundle[] =>
        states[role] === undefined ? [] : [drivers[role].render(states[role])],
      );
      return { node: node.name, generation: intent.generation, bundles };
    });
}

/** Opens hosts of a cluster: by SSH as the file says, or into the lab of that name where one is up on this machine. */
export interface Hosts {
  open(node: ClusterNode): Host;
  /** MAC of a node's leg where it is known without asking. */
  macOf(node: Name, network: Name): string | undefined;
  readonly lab: boolean;
}

/** Hosts of the lab of that name where it is up, else those that the file names (its paths are relative to it). */
export async function hostsOf(cluster: Cluster, file: string): Promise<Hosts> {
  const { labsUp } = await import('@tricade/lab');
  return labsUp().includes(cluster.name) ? labHosts(cluster.name) : namedHosts(cluster, file);
}

async function labHosts(lab: Name): Promise<Hosts> {
  const [{ sshHost }, { labAccess }] = await Promise.all([
    import('@tricade/host'),
    import('@tricade/lab'),
  ]);
  const { hosts, user, privateKeyPath } = await labAccess(lab);
  const privateKey = readFileSync(privateKeyPath, 'utf8');
  return {
    lab: true,
    macOf: (node, network) => hosts[node]?.macs[network],
    open: ({ name }) => {
      const host = hosts[name];
      if (host === undefined)
        throw new TricadeError('TRI-U003', `the lab has no host ${name}`, {
          node: name,
          hint: 'the file changed since the lab came up: take it down and up again',
        });
      const { address, port, hostKey } = host;
      return sshHost({ name, address, port, user, privateKey, hostKey: { pinned: hostKey } });
    },
  };
}

async function namedHosts(cluster: Cluster, file: string): Promise<Hosts> {
  const { sshHost } = await import('@tricade/host');
  const privateKey = readKey(cluster, file);
  const knownHosts = readText(resolvePath(cluster.ssh.knownHosts, file)) ?? '';
  const agent = process.env['SSH_AUTH_SOCK'];
  const login = {
    hostKey: { knownHosts },
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(privateKey === undefined && agent !== undefined ? { agent } : {}),
  };
  const { user } = cluster.ssh;
  return {
    lab: false,
    macOf: () => undefined,
    open: ({ name, management: { address, port, jump } }) => {
      const through = jump === undefined ? {} : { jump: { ...login, ...jumpOf(jump, user) } };
      return sshHost({ name, address, port, user, ...login, ...through });
    },
  };
}

function readKey(cluster: Cluster, file: string): string | undefined {
  const { key } = cluster.ssh;
  if (key.startsWith('env:')) return process.env[key.slice(4)];
  return readText(resolvePath(key.replace(/^file:/, ''), file));
}

/** Paths of a cluster file are relative to it; `~` is the operator's home. */
function resolvePath(path: string, file: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(file, '..', path);
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/**
 * Hosts of a lab answer in the lab's own network only: where a lab of this cluster is up, the same command runs again inside it and this
 * process ends with its exit code.
 */
export async function enterLab(name: Name): Promise<void> {
  if (process.env['TRICADE_LAB'] === name) return;
  const { labsUp, requireInit } = await import('@tricade/lab');
  if (!labsUp().includes(name)) return;
  process.stderr.write(`(in the lab ${name})\n`);
  const argv = [
    '-t',
    String(requireInit(name)),
    '-n',
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  // Ctrl-C is for the command inside: this one waits for how that ends.
  process.on('SIGINT', () => undefined);
  const { status, signal } = spawnSync('nsenter', argv, {
    stdio: 'inherit',
    env: { ...process.env, TRICADE_LAB: name },
  });
  process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

/** Every error code of every package. */
export async function allCodes(): Promise<CodeTable> {
  const tables = await Promise.all([
    import('@tricade/cluster'),
    import('@tricade/router-config'),
    import('@tricade/l4-tier'),
    import('@tricade/l7-tier'),
    import('@tricade/host'),
    import('@tricade/probe'),
    import('@tricade/feed'),
    import('@tricade/agent'),
    import('@tricade/monitor'),
    import('@tricade/rollout'),
    import('@tricade/lab'),
    import('./codes.ts'),
  ]);
  return Object.assign(
    {},
    ...tables.map((table) => (table as { readonly codes?: CodeTable }).codes ?? {}),
  ) as CodeTable;
}
