/** Intent → the wanted state of every role of every node. Pure; the one place that knows which node plays which role. */
import type { Cluster, ClusterNode, Generation, Name, Tier } from './model/intent.ts';
import type { BaseState, RoleStates } from './model/role.ts';
import { type BpfPayload, directorState, receiverState } from './roles/director.ts';
import { redisAccess, redisState } from './roles/monitor.ts';
import { nodeNamed } from './roles/nodes.ts';
import { proxyState } from './roles/proxy.ts';
import { routerState, speakerState } from './roles/router.ts';
import { needsSocketCheck } from './roles/socket-check.ts';

export { type Answers, answersOf } from './roles/answers.ts';
export * from './roles/arms.ts';
export { type BpfPayload, directorNumber } from './roles/director.ts';
export * from './roles/groups.ts';
export * from './roles/holder.ts';
export { redisAccess, redisPort } from './roles/monitor.ts';
export { managedNodes, nodeNamed, nodesOf, sharedLeg } from './roles/nodes.ts';
export { healthPort, maxConnections, proxyTimeouts } from './roles/proxy.ts';
export * from './roles/tunnel-room.ts';
export * from './roles/tunnels.ts';
export { allVipPrefixes, vipPrefix } from './roles/vips.ts';

/** What travels to hosts as digest-named files: the program, the Node runtime, and what a BPF data plane needs where the cluster has one. */
export interface Payload extends Pick<BaseState, 'program' | 'runtime'> {
  readonly bpf?: BpfPayload;
}

export interface Intent {
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** Left out by agents, which do not install themselves: then there is no base state. */
  readonly payload?: Payload;
}

/** The roles of each tier above `base`. */
const rolesByTier: Readonly<Record<Tier, (intent: Intent, node: ClusterNode) => RoleStates>> = {
  routers: ({ cluster }, node) => ({ router: routerState(cluster, node) }),
  l4: (intent, node) => ({
    speaker: speakerState(intent.cluster, node),
    director: directorState(withBpf(intent), node),
  }),
  l7: (intent, node) => ({
    receiver: receiverState(withBpf(intent), node),
    proxy: proxyState(intent.cluster, node),
  }),
  servers: (intent, node) => ({ receiver: receiverState(withBpf(intent), node) }),
  monitor: ({ cluster }, node) => {
    const redis = redisState(cluster, node);
    return {
      ...(redis === undefined ? {} : { redis }),
      monitor: {
        node: node.name,
        cluster: cluster.name,
        devices: node.legs.map((leg) => leg.device),
      },
    };
  },
};

/** The state of every role that `name` plays. An unmanaged node plays none. Throws RangeError for an unknown name. */
export function roleStates(intent: Intent, name: Name): RoleStates {
  const node = nodeNamed(intent.cluster, name);
  if (!node.managed) return {};
  return { ...baseState(intent, node), ...rolesByTier[node.tier](intent, node) };
}

/** The payload's BPF files, where a node of the cluster has use for them. */
function withBpf({ cluster, generation, payload }: Intent) {
  return { cluster, generation, bpf: needsBpf(cluster) ? payload?.bpf : undefined };
}

/** True where directors or receivers run a BPF program. */
export function needsBpf(cluster: Pick<Cluster, 'l4' | 'services'>): boolean {
  return cluster.l4.driver === 'xdp' || needsSocketCheck(cluster);
}

function baseState(
  { cluster, generation, payload }: Intent,
  { name }: ClusterNode,
): Pick<RoleStates, 'base'> {
  if (payload === undefined) return {};
  const { program, runtime } = payload;
  const redis = redisAccess(cluster, name);
  return { base: { node: name, cluster, generation, program, runtime, redis } };
}
