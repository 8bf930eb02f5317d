/** ProxyState → the files of a proxy with nginx. Pure and deterministic. */
import type { Bundle, ProxyState } from '@tricade/cluster';
import { type Render, template } from '@tricade/cluster/template';
import {
  type BindValues,
  healthValues,
  named,
  type WaitValues,
  waitValues,
  whole,
} from '../values.ts';
import { activateScript } from './activate.ts';
import { balanceModule } from './balance-module.ts';
import {
  type BalancerPool,
  balancerPools,
  type ServiceValues,
  serviceValues,
} from './balancer-values.ts';
import { configTemplate, poolsTemplate } from './config-template.ts';
import { nginxWord, unitWord } from './grammar.ts';
import {
  balanceModulePath,
  configPath,
  controlSocket,
  emergencyLog,
  folder,
  pidPath,
  poolsPath,
  runtimeFolder,
  serversModulePath,
  unitName,
  unitPath,
} from './paths.ts';
import { serversModule } from './servers-module.ts';
import { unitTemplate } from './unit-template.ts';

interface ConfigValues {
  readonly node: string;
  readonly folder: string;
  readonly pidPath: string;
  readonly controlSocket: string;
  readonly emergencyLog: string;
  readonly workerConnections: number;
  /** Requests under way at most. */
  readonly maxConnections: number;
  readonly waits: WaitValues;
  readonly connectMs: number;
  readonly tunnelMs: number;
  readonly descriptors: number;
  readonly health: readonly BindValues[];
  readonly frontends: readonly ServiceValues[];
}

const config: Render<ConfigValues> = template(configTemplate, nginxWord);
const pools: Render<{ pools: readonly BalancerPool[] }> = template(poolsTemplate, nginxWord);
const unit: Render<Record<string, string | number>> = template(unitTemplate, unitWord);

/** Connections besides the clients': for the health port and the control socket. */
const reservedConnections = 100;

/** Idle connections to servers that a worker keeps: `keepalive` of the template. */
const idleConnections = 512;

/** Descriptors besides the connections: listeners, logs, epoll, channels between the workers. */
const spareDescriptors = 1_024;

/** Throws TRI-H001…H004 for a state that it cannot write; what it writes, `nginx -t` accepts. */
export function renderProxy(state: ProxyState): Bundle {
  const values = configValues(state);
  const { descriptors } = values;
  const unitText = unit({ pidPath, runtimeFolder, controlSocket, configPath, descriptors });
  return {
    role: 'proxy',
    packages: ['nginx', 'libnginx-mod-http-lua', 'iproute2'],
    files: [
      { path: configPath, mode: 0o644, content: { text: config(values) } },
      { path: poolsPath, mode: 0o644, content: { text: pools({ pools: balancerPools(state) }) } },
      { path: serversModulePath, mode: 0o644, content: { text: serversModule } },
      { path: balanceModulePath, mode: 0o644, content: { text: balanceModule } },
      { path: unitPath, mode: 0o644, content: { text: unitText } },
    ],
    sysctls: {
      'net.ipv4.ip_local_port_range': '10000 65535',
      'net.ipv4.ip_nonlocal_bind': '1',
      'net.ipv6.ip_nonlocal_bind': '1',
    },
    checks: [checkScript],
    units: [unitName],
    activate: [activateScript],
    hitless: true,
  };
}

function configValues(state: ProxyState): ConfigValues {
  const frontends = serviceValues(state);
  const health = healthValues(state);
  const maxConnections = whole('proxy', state.maxConnections, [1, 1_000_000]);
  // Any one worker may come to hold all clients: the kernel gives a connection to the worker that asks first.
  const workerConnections = 2 * (maxConnections + reservedConnections) + idleConnections;
  const listeners = frontends.reduce((sum, { binds }) => sum + binds.length, health.length);
  return {
    node: named('node', state.node),
    folder,
    pidPath,
    controlSocket,
    emergencyLog,
    workerConnections,
    maxConnections,
    descriptors: workerConnections + listeners + spareDescriptors,
    waits: waitValues(state.timeouts),
    connectMs: state.timeouts.connectMs,
    tunnelMs: state.timeouts.tunnelMs,
    health,
    frontends,
  };
}

/**
 * `nginx -t` binds what the file listens on, and writes logs and its process id: so it is asked in a network and a runtime folder of its own, where
 * nothing is bound and nothing of the host is touched.
 */
const checkScript = `unshare --net --mount sh -ec '
mkdir -p ${runtimeFolder}
mount -t tmpfs tmpfs ${runtimeFolder}
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind
echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind
exec nginx -t -q -c "$STAGE${configPath}"'`;
