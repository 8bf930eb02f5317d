/** SpecFile → the draft of a Cluster: everything that can be read, with every default filled in. */
import type {
  Cluster,
  L4Driver,
  L4Tier,
  L7Driver,
  L7Tier,
  Network,
  Rollout,
  RouterDriver,
  RouterTier,
  Scheduler,
} from '../model/intent.ts';
import { defaultNumber, defaultText } from './defaults.ts';
import { readGuard } from './read-guard.ts';
import { readNetworks, readNodes } from './read-networks.ts';
import { type ReadServer, readPools, readTiming } from './read-pools.ts';
import { readServices } from './read-services.ts';
import { readTunnel } from './read-tunnel.ts';
import { type Reading, readingOf } from './reading.ts';
import type { Report } from './report.ts';
import { readRedisUrl, readSecret } from './secrets.ts';
import type { ProxyTimeout, SpecFile } from './spec-file.ts';
import { parseBfd, parseDuration, parsePercent } from './units.ts';

export interface Draft {
  readonly cluster: Cluster;
  readonly servers: readonly ReadServer[];
  readonly reading: Reading;
}

/** Reads all parts; faults go to the report, and the draft is a Cluster only if there are none. */
export function readCluster(file: SpecFile, report: Report): Draft {
  const networks: Network[] = readNetworks({ ...readingOf(file, report, []) });
  const reading = readingOf(file, report, networks);
  const { pools, servers } = readPools(reading);
  const serverNodes = new Map(servers.map(({ node }) => [node.name, node]));
  const cluster: Cluster = {
    version: 1,
    name: file.cluster ?? '',
    networks,
    routers: readRouters(file),
    l4: readL4(reading),
    l7: readL7(reading),
    nodes: [
      ...(['routers', 'l4', 'l7', 'monitor'] as const).flatMap((tier) => readNodes(reading, tier)),
      ...serverNodes.values(),
    ],
    pools,
    services: readServices(reading),
    monitor: readMonitor(reading),
    state: readState(reading),
    ssh: readSsh(reading),
    rollout: readRollout(file),
  };
  return { cluster, servers, reading };
}

function readRouters({ routers }: SpecFile): RouterTier {
  const { ecmp } = routers ?? {};
  return {
    driver: (routers?.driver ?? defaultText('routers.driver')) as RouterDriver,
    asn: routers?.asn ?? defaultNumber('routers.asn'),
    ecmp: {
      hash: (ecmp?.hash ?? defaultText('routers.ecmp.hash')) as 'l3' | 'l4',
      maxPaths: ecmp?.maxPaths ?? defaultNumber('routers.ecmp.maxPaths'),
      resilient: ecmp?.resilient ?? false,
    },
  };
}

/** BGP hold times below 3 s are not allowed (RFC 4271, section 4.2). */
const leastHoldMs = 3000;

function readL4(reading: Reading): L4Tier {
  const { file, report } = reading;
  const { l4 } = file;
  const guard = readGuard(reading);
  const tunnel = readTunnel(reading);
  const via = (l4?.announce?.via ?? defaultText('l4.announce.via')) as L4Tier['announce']['via'];
  const givenBfd = l4?.announce?.bfd;
  const bfd = via === 'bgp' ? parseBfd(givenBfd ?? defaultText('l4.announce.bfd')) : undefined;
  if (via !== 'bgp' && givenBfd !== undefined && givenBfd !== 'off') {
    const message = `bfd watches BGP sessions, and VIPs are announced via ${via}`;
    report.warning('TRI-C050', { path: ['l4', 'announce', 'bfd'] }, message);
  }
  const holdTimeMs = ms(l4?.announce?.holdTime ?? defaultText('l4.announce.holdTime'));
  if (holdTimeMs < leastHoldMs || holdTimeMs > 65_535_000) {
    const message = 'a BGP hold time is from 3s to 65535s (RFC 4271)';
    report.error('TRI-C013', { path: ['l4', 'announce', 'holdTime'] }, message);
  }
  return {
    driver: (l4?.driver ?? defaultText('l4.driver')) as L4Driver,
    asn: l4?.asn ?? defaultNumber('l4.asn'),
    trackedFlows: l4?.trackedFlows ?? defaultNumber('l4.trackedFlows'),
    ...(l4?.scheduler === undefined ? {} : { scheduler: l4.scheduler as Scheduler }),
    ...(guard === undefined ? {} : { guard }),
    ...(l4?.sample === undefined ? {} : { sample: l4.sample }),
    ...(tunnel === undefined ? {} : { tunnel }),
    announce: { via, ...(bfd ? { bfd } : {}), holdTimeMs },
  };
}

/** HAProxy keeps times in 31 bits of milliseconds. */
const longestMs = 2 ** 31 - 1;

function readL7({ file: { l7 }, report }: Reading): L7Tier {
  const wait = (key: ProxyTimeout): number => {
    const path = ['l7', 'timeouts', key];
    const given = l7?.timeouts?.[key] ?? defaultText(path.join('.'));
    const waitMs = ms(given);
    if (waitMs < 1 || waitMs > longestMs)
      report.error(
        'TRI-C013',
        { path },
        `"${key}" takes a duration from 1ms to 596h; found "${given}"`,
      );
    return waitMs;
  };
  return {
    driver: (l7?.driver ?? defaultText('l7.driver')) as L7Driver,
    maxConnections: l7?.maxConnections ?? defaultNumber('l7.maxConnections'),
    timeouts: {
      connectMs: wait('connect'),
      queueMs: wait('queue'),
      requestMs: wait('request'),
      keepAliveMs: wait('keepAlive'),
      clientMs: wait('client'),
      serverMs: wait('server'),
      tunnelMs: wait('tunnel'),
      closeMs: wait('close'),
    },
  };
}

function readMonitor(reading: Reading): Cluster['monitor'] {
  const { monitor } = reading.file;
  return {
    agree: monitor?.agree ?? defaultNumber('monitor.agree'),
    floor: share(monitor?.floor ?? defaultText('monitor.floor')),
    check: {
      kind: 'tcp',
      target: '',
      statuses: [],
      ...readTiming(monitor?.check ?? {}, ['monitor', 'check'], reading),
    },
  };
}

function readState({ file, report }: Reading): Cluster['state'] {
  const redis = file.state?.redis;
  if (redis === undefined || redis === 'managed') return { redis: 'managed' };
  const path = ['state', 'redis'];
  if (typeof redis === 'string') {
    return { redis: { url: readRedisUrl(redis, { report, path }) ?? '' } };
  }
  const url = readRedisUrl(redis.url ?? '', { report, path: [...path, 'url'] }) ?? '';
  const password =
    redis.password === undefined
      ? undefined
      : readSecret(redis.password, { report, path: [...path, 'password'] });
  return { redis: { url, ...(password === undefined ? {} : { password }) } };
}

function readSsh({ file, report }: Reading): Cluster['ssh'] {
  const { user, key, knownHosts } = file.ssh ?? {};
  const secret = key === undefined ? undefined : readSecret(key, { report, path: ['ssh', 'key'] });
  return {
    user: user ?? defaultText('ssh.user'),
    key: secret ?? defaultText('ssh.key'),
    knownHosts: knownHosts ?? defaultText('ssh.knownHosts'),
  };
}

function readRollout({ rollout }: SpecFile): Rollout {
  return {
    canary: rollout?.canary ?? defaultNumber('rollout.canary'),
    maxUnavailable: rollout?.maxUnavailable ?? defaultNumber('rollout.maxUnavailable'),
    drainMs: ms(rollout?.drain ?? defaultText('rollout.drain')),
    gates: {
      errorRate: share(rollout?.gates?.errorRate ?? defaultText('rollout.gates.errorRate')),
      waitMs: ms(rollout?.gates?.wait ?? defaultText('rollout.gates.wait')),
    },
  };
}

/** Of texts that the schema has let through. */
function ms(text: string): number {
  return parseDuration(text) ?? 0;
}

function share(text: string): number {
  return parsePercent(text) ?? 0;
}
