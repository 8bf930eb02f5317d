/** ProxyState → the files of a proxy. Pure and deterministic. */
import type { Bundle, ProxyState } from '@tricade/cluster';
import { type Render, template } from '@tricade/cluster/template';
import {
  type BindValues,
  type FrontendValues,
  frontendValues,
  healthValues,
  named,
  type PoolValues,
  poolValues,
  type WaitValues,
  waitValues,
  whole,
} from '../values.ts';
import { activateScript } from './activate.ts';
import { configTemplate } from './config-template.ts';
import { haproxyWord, unitWord } from './grammar.ts';
import {
  configPath,
  liveStatePath,
  masterSocket,
  runtimeSocket,
  selfPool,
  selfServer,
  unitName,
  unitPath,
} from './paths.ts';
import { unitTemplate } from './unit-template.ts';

interface ConfigValues {
  readonly node: string;
  readonly maxConnections: number;
  readonly allConnections: number;
  readonly health: readonly BindValues[];
  readonly runtimeSocket: string;
  readonly liveStatePath: string;
  readonly selfPool: string;
  readonly selfServer: string;
  readonly frontends: readonly FrontendValues[];
  readonly pools: readonly PoolValues[];
  readonly waits: WaitValues;
}

const config: Render<ConfigValues> = template<ConfigValues>(configTemplate, haproxyWord);
const unit: Render<Record<string, string | number>> = template(unitTemplate, unitWord);

/** Connections besides the clients' of the services: for the health port, so that a full proxy still answers there. */
const reservedConnections = 100;

/** Descriptors besides two a connection: listeners, pipes, epoll, sockets, and the checks HAProxy counts without making them. */
const spareDescriptors = 1_024;

/** Throws TRI-H001…H004 for a state that it cannot write; what it writes, `haproxy -c` accepts. */
export function renderProxy(state: ProxyState): Bundle {
  const maxConnections = whole('proxy', state.maxConnections, [1, 1_000_000]);
  const allConnections = maxConnections + reservedConnections;
  const frontends = frontendValues(state, 'haproxy');
  const pools = poolValues(state);
  const configText = config({
    node: named('node', state.node),
    maxConnections,
    allConnections,
    health: healthValues(state),
    runtimeSocket,
    liveStatePath,
    selfPool,
    selfServer,
    frontends,
    pools,
    waits: waitValues(state.timeouts),
  });
  const unitText = unit({
    configPath,
    masterSocket,
    descriptors: 2 * allConnections + spare(state),
  });
  return {
    role: 'proxy',
    packages: ['haproxy', 'iproute2'],
    files: [
      { path: configPath, mode: 0o644, content: { text: configText } },
      { path: unitPath, mode: 0o644, content: { text: unitText } },
    ],
    sysctls: { 'net.ipv4.ip_local_port_range': '10000 65535' },
    checks: [`haproxy -c -f "$STAGE${configPath}"`],
    units: [unitName],
    activate: [activateScript],
    hitless: true,
  };
}

function spare(state: ProxyState): number {
  const servers = state.pools.reduce((sum, pool) => sum + pool.servers.length, 0);
  const binds = state.frontends.reduce((sum, frontend) => sum + frontend.binds.length, 0);
  return spareDescriptors + servers + binds;
}
