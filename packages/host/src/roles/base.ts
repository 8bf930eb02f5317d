/** Every node: program, runtime, agent, and what withdraws the node when the agent cannot be kept alive. */
import type {
  Artifact,
  BaseState,
  Bundle,
  Cluster,
  Driver,
  Generation,
  Host,
  Sample,
} from '@tricade/cluster';
import {
  carriesNothing,
  generationPath,
  nodeConfigPath,
  nodeService,
  observeInstalled,
  programPath,
  runtimePath,
} from './installed.ts';

/** Units of the BGP speakers there are: stopped, their routes are withdrawn. They boot announcing nothing. A node has one of them. */
const speakerUnits = 'tricade-bird.service tricade-frr.service';
const agentUnit = '/etc/systemd/system/tricade-agent.service';
const withdrawUnit = '/etc/systemd/system/tricade-withdraw.service';

/** Content of `/etc/tricade/agent.json`. */
export interface NodeConfig {
  readonly format: 1;
  readonly node: string;
  readonly redis: BaseState['redis'];
}

/** Content of `/etc/tricade/generation.json`: from it the agent computes what its node's roles are to do. */
export interface GenerationFile {
  readonly format: 1;
  readonly generation: BaseState['generation'];
  readonly cluster: BaseState['cluster'];
}

/** The base driver. It steers nothing; its sample holds the node's ARP and ND neighbours. */
export const base: Driver<BaseState, undefined> = {
  name: 'debian',
  role: 'base',
  can: carriesNothing,
  render,
  observe: (host, state) => observeInstalled(host, render(state)),
  steer: async () => '',
  liveDigest: () => '',
  sample,
};

/** The same on all nodes, and long in large clusters: written once per generation. */
const written = new WeakMap<Generation, { readonly cluster: Cluster; readonly text: string }>();

function generationText({ generation, cluster }: BaseState): string {
  const known = written.get(generation);
  if (known?.cluster === cluster) return known.text;
  const kept: GenerationFile = { format: 1, generation, cluster };
  const text = `${JSON.stringify(kept, null, 1)}\n`;
  written.set(generation, { cluster, text });
  return text;
}

function render(state: BaseState): Bundle {
  const { node, redis, cluster } = state;
  const config: NodeConfig = { format: 1, node, redis };
  const speaks = announces(state);
  const monitors = cluster.nodes.some(({ name, tier }) => name === node && tier === 'monitor');
  return {
    role: 'base',
    packages: [],
    files: [
      { path: runtimePath, mode: 0o755, content: { blob: state.runtime } },
      { path: programPath, mode: 0o644, content: { blob: state.program } },
      text(nodeConfigPath, `${JSON.stringify(config, null, 2)}\n`),
      // It holds the key of the flow hash: who knows it can aim at one row.
      { ...text(generationPath, generationText(state)), mode: 0o600 },
      {
        path: redis.passwordFile,
        mode: 0o600,
        content: { secret: `derived:redis/${redis.user}` },
      },
      text(agentUnit, agentService(node, speaks)),
      ...(speaks ? [text(withdrawUnit, withdrawService)] : []),
    ],
    sysctls: {},
    checks: [programCheck],
    units: ['tricade-agent.service'],
    // What the agent has set lives in kernel and daemons: it starts again without anybody noticing.
    activate: [`systemctl restart tricade-agent.service${monitors ? `\n${monitorRestart}` : ''}`],
    hitless: true,
  };
}

/** It runs the same program and reads the same generation. Not there yet at its first start: systemd calls that a failure. */
const monitorRestart = 'systemctl try-restart tricade-monitor.service || [ $? = 5 ]';

/** The staged runtime reads the staged program: a truncated or foreign one never goes live. What is live was read before: its name in the store is its digest. */
const programCheck = `lives() { [ "$(readlink -- "$STAGE$1")" = "$(readlink -- "\${TRICADE_ROOT-}$1")" ]; }
{ lives ${runtimePath} && lives ${programPath}; } || "$STAGE${runtimePath}" --check "$STAGE${programPath}"`;

function text(path: string, content: string): Artifact {
  return { path, mode: 0o644, content: { text: content } };
}

/** Directors that say where VIPs are: to routers, or by ARP to all. */
function announces({ node, cluster }: BaseState): boolean {
  const own = cluster.nodes.find(({ name }) => name === node);
  return own?.tier === 'l4' && ['bgp', 'arp'].includes(cluster.l4.announce.via);
}

/**
 * Five failures within 30 s end the restarts; then the node is withdrawn. That is within the lease of 10 s (semantics: an announcement outlives a restart
 * of the agent, not its death) when the agent dies at once, and one watchdog period later when it hangs.
 */
function agentService(node: string, speaks: boolean): string {
  const withdraw = speaks
    ? `OnFailure=tricade-withdraw.service\nWants=${speakerUnits}\nAfter=${speakerUnits}\n`
    : '';
  return `[Unit]
Description=Tricade agent of ${node}
After=network.target tricade-redis.service
StartLimitIntervalSec=30
StartLimitBurst=5
${withdraw}
[Service]
${nodeService('agent')}
StateDirectory=tricade tricade/live
Nice=-10
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
`;
}

/** Works with a broken program too: it needs systemd alone. The speaker comes back with the agent, which is tried again after a while. */
const withdrawService = `[Unit]
Description=Withdraws this node: its Tricade agent cannot be kept alive

[Service]
Type=oneshot
ExecStart=-/usr/bin/systemctl stop ${speakerUnits}
ExecStart=/bin/sleep 30
ExecStart=-/usr/bin/systemctl reset-failed tricade-agent.service
ExecStart=-/usr/bin/systemctl start --no-block tricade-agent.service
`;

interface IpNeighbour {
  readonly dst?: string;
  readonly lladdr?: string;
  readonly state?: readonly string[];
}

/** Neighbour entries, '' where resolving failed. */
async function sample(host: Host): Promise<Sample> {
  const { stdout } = await host.run('ip -j neigh show');
  const rows = JSON.parse(stdout || '[]') as IpNeighbour[];
  const entries = rows.flatMap(({ dst, lladdr, state = [] }) => {
    if (dst === undefined || (lladdr === undefined && !state.includes('FAILED'))) return [];
    return [[dst, state.includes('FAILED') ? '' : (lladdr ?? '')] as const];
  });
  return { atMs: Date.now(), neighbours: Object.fromEntries(entries) };
}
