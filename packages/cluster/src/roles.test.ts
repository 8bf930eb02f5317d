import { describe, expect, test } from 'vitest';
import type { Cluster, Generation } from './model/intent.ts';
import { gatewaysOf } from './roles/gateways.ts';
import { returnPaths } from './roles/return-paths.ts';
import {
  allMembers,
  allVipPrefixes,
  groupOf,
  healthPort,
  managedNodes,
  nodeNamed,
  nodesOf,
  redisAccess,
  roleStates,
  rowsAtBirth,
  sharedLeg,
  tableGroups,
  tableMembers,
  vxlanMac,
} from './roles.ts';
import { readSpec } from './spec/read-spec.ts';

/** All tiers; a service through proxies, one by translation through proxies, one that directors bring to managed servers. */
const file = `
version: 1
cluster: mix
networks:
  outside: { cidr: 192.0.2.0/24 }
  edge: { cidr: [198.51.100.0/26, "2001:db8:1::/64"] }
  inside: { cidr: 198.51.100.64/26 }
routers:
  asn: 64512
  nodes: { r1: { outside: 192.0.2.1, edge: [198.51.100.1, "2001:db8:1::1"] } }
l4:
  driver: nft
  asn: 64513
  announce: { via: bgp, bfd: 50ms x 3 }
  nodes:
    l4a: { edge: [198.51.100.11, "2001:db8:1::11"] }
    l4b: { edge: 198.51.100.12 }
l7:
  nodes:
    p1: { edge: 198.51.100.21, inside: 198.51.100.81 }
    p2: { edge: 198.51.100.22, inside: 198.51.100.82 }
pools:
  web:
    check: { http: / }
    servers: { w1: 198.51.100.101:8080, w2: { address: 198.51.100.102, port: 8080, weight: 50 } }
  dns:
    check: { dns: example.net }
    servers:
      d1: { address: 198.51.100.41, managed: true }
      d2: 198.51.100.42
  spare: { check: none, servers: { x1: 198.51.100.43 } }
services:
  shop: { vip: [203.0.113.10, "2001:db8:f::10"], ports: [80], l4: { mode: dsr }, l7: { mode: reverse-proxy, pool: web } }
  api: { vip: 203.0.113.11, ports: [81], l4: { mode: dnat }, l7: { mode: reverse-proxy, pool: web } }
  names: { vip: 203.0.113.53, ports: [53/udp], l4: { mode: dsr, pool: dns } }
monitor: { nodes: { m1: { edge: 198.51.100.31, inside: 198.51.100.91 }, m2: { inside: 198.51.100.92 } } }
`;
const read = readSpec(file, 'mix.yaml').cluster;
if (read === undefined) throw new Error('the file has faults');
const cluster: Cluster = read;
const generation: Generation = {
  number: 3,
  digest: 'd',
  ids: Object.fromEntries(tableMembers(cluster).map((member, index) => [member, index + 1])),
  hashKey: '0f'.repeat(16),
};
const payload = {
  program: { sha256: 'p', bytes: 1 },
  runtime: { sha256: 'r', bytes: 2 },
  pathOf: () => 'not for hosts',
};
const statesOf = (name: string) => roleStates({ cluster, generation, payload }, name);

test.for([
  ['r1', ['base', 'router']],
  ['l4a', ['base', 'speaker', 'director']],
  ['p1', ['base', 'receiver', 'proxy']],
  ['m1', ['base', 'redis', 'monitor']],
  ['m2', ['base', 'monitor']],
  ['d1', ['base', 'receiver']],
  ['d2', []],
  ['w1', []],
] as const)('roles of %s: %s', ([name, roles]) => {
  expect(Object.keys(statesOf(name))).toEqual(roles);
});

describe('groups', () => {
  const [shop, , names] = cluster.services;
  test('the group of a service', () => {
    expect([shop && groupOf(shop), names && groupOf(names)]).toEqual(['l7', 'dns']);
  });

  test('members that need an id: reals of every table, and no others', () => {
    expect(tableMembers(cluster)).toEqual(['l7/p1', 'l7/p2', 'dns/d1', 'dns/d2']);
  });

  test('tables: proxies by the leg that directors share, servers by their address', () => {
    const groups = tableGroups(cluster, generation);
    expect(
      groups.map(({ group, size, reals }) => [
        group,
        size,
        ...reals.map((r) => `${r.id} ${r.address}`),
      ]),
    ).toEqual([
      ['l7', rowsAtBirth('nft', 2), '1 198.51.100.21', '2 198.51.100.22'],
      ['dns', rowsAtBirth('nft', 2), '3 198.51.100.41', '4 198.51.100.42'],
    ]);
    expect(groups.every(({ hashKey }) => hashKey === generation.hashKey)).toBe(true);
  });

  test('a real without an id is none yet', () => {
    const { 'dns/d1': _, ...ids } = generation.ids;
    const [, dns] = tableGroups(cluster, { ...generation, ids });
    expect(dns?.reals.map((real) => real.name)).toEqual(['d2']);
  });

  test('without services there is no table', () => {
    expect(tableGroups({ ...cluster, services: [] }, generation)).toEqual([]);
    expect(tableMembers({ ...cluster, services: [] })).toEqual([]);
  });

  test('members of all groups, spare pools too', () => {
    expect(allMembers(cluster).map(({ member }) => member)).toEqual(
      'routers/r1 l4/l4a l4/l4b l7/p1 l7/p2 web/w1 web/w2 dns/d1 dns/d2 spare/x1'.split(' '),
    );
  });
});

describe('nodes', () => {
  test('by name and tier', () => {
    expect(nodesOf(cluster, 'l7').map(({ name }) => name)).toEqual(['p1', 'p2']);
    expect(nodeNamed(cluster, 'd1').tier).toBe('servers');
    expect(() => nodeNamed(cluster, 'p9')).toThrow(RangeError);
    expect(managedNodes(cluster).map(({ name }) => name)).toEqual(
      'r1 l4a l4b p1 p2 m1 m2 d1'.split(' '),
    );
  });

  test('two clusters are not mixed up', () => {
    const other = { ...cluster, nodes: cluster.nodes.filter(({ name }) => name !== 'p2') };
    expect(nodesOf(other, 'l7')).toHaveLength(1);
    expect(nodesOf(cluster, 'l7')).toHaveLength(2);
  });

  test('where two meet', () => {
    const at = (name: string, other: string) =>
      sharedLeg(nodeNamed(cluster, name), [nodeNamed(cluster, other)])?.network;
    expect([at('p1', 'l4a'), at('p1', 'm2'), at('l4a', 'm2')]).toEqual([
      'edge',
      'inside',
      undefined,
    ]);
  });
});

test('reals on no network of a director are behind the routers that stand on both', () => {
  const inside = { network: 'inside', addresses: ['198.51.100.65'], device: 'inside' };
  const joined: Cluster = {
    ...cluster,
    nodes: cluster.nodes.map((node) =>
      node.name === 'r1' ? { ...node, legs: [...node.legs, inside] } : node,
    ),
  };
  const reals = ['198.51.100.41', '198.51.100.101'].map((address, at) => {
    return { id: at + 1, name: `d${at}`, address, addresses: [address] };
  });
  const groups = [{ group: 'dns', size: 4_096, hashKey: '', reals }];
  const director = nodeNamed(cluster, 'l4a');
  expect(gatewaysOf(joined, director, groups)).toEqual({ '198.51.100.101': ['198.51.100.1'] });
  expect(gatewaysOf(cluster, director, groups)).toEqual({});
});

describe('states', () => {
  test('base takes what hosts need of the payload, no more', () => {
    expect(statesOf('p1').base).toEqual({
      node: 'p1',
      cluster,
      generation,
      program: payload.program,
      runtime: payload.runtime,
      redis: redisAccess(cluster, 'p1'),
    });
    expect(roleStates({ cluster, generation }, 'p1').base).toBeUndefined();
  });

  test.for([
    ['p1', 'redis://198.51.100.31:6379', 'node-p1'],
    ['m1', 'redis://198.51.100.31:6379', 'monitor-m1'],
    ['m2', 'redis://198.51.100.91:6379', 'monitor-m2'],
  ] as const)('%s reaches the feed at %s', ([name, url, user]) => {
    expect(redisAccess(cluster, name)).toMatchObject({ url, user });
  });

  test('a Redis of its own is used by all, and none is set up', () => {
    const own = { ...cluster, state: { redis: { url: 'rediss://192.0.2.9:6379' } } };
    expect(redisAccess(own, 'p1').url).toBe('rediss://192.0.2.9:6379');
    expect(roleStates({ cluster: own, generation }, 'm1').redis).toBeUndefined();
  });

  test('Redis knows a user for every managed node', () => {
    const { users, addresses } = statesOf('m1').redis ?? { users: [], addresses: [] };
    expect(users.map(({ user }) => user)).toEqual(
      'node-r1 node-l4a node-l4b node-p1 node-p2 monitor-m1 monitor-m2 node-d1'.split(' '),
    );
    expect(addresses).toEqual(['127.0.0.1', '198.51.100.31', '198.51.100.91']);
  });

  test('where tunnels of nft end: a MAC that both sides derive, and the addresses that directors send to', () => {
    const tunnelled: Cluster = {
      ...cluster,
      services: cluster.services.map((each) => ({ ...each, l4: { ...each.l4, mode: 'tunnel' } })),
    };
    const of = (name: string, driver: 'nft' | 'xdp') =>
      roleStates({ cluster: { ...tunnelled, l4: { ...cluster.l4, driver } }, generation }, name)
        .receiver?.vxlan;
    expect(of('p1', 'nft')).toEqual({
      mac: '02:54:c6:33:64:15',
      addresses: ['198.51.100.21'],
    });
    expect(of('d1', 'nft')?.mac).toBe(vxlanMac('198.51.100.41'));
    expect(of('p1', 'xdp')).toBeUndefined();
    expect(statesOf('p1').receiver?.vxlan).toBeUndefined();
  });

  test.for([
    ['nft splits and adds 50 or 70 bytes', [], [1_410, 1_370]],
    ['xdp: IPv4 outside wherever both ends have it', [['nft', 'xdp']], [1_440, 1_420]],
    [
      'xdp: IPv6 outside where an end has no IPv4',
      [
        ['nft', 'xdp'],
        ['d: { address: [198.51.100.41, "2001:db8:1::41"]', 'd: { address: ["2001:db8:1::41"]'],
      ],
      [1_420, 1_400],
    ],
    ['a network with room for all that comes', [['/64"] }', '/64"], mtu: 1570 }']], undefined],
    ['datagrams have no segments', [['53/tcp', '53/udp']], undefined],
    [
      'packets of any protocol may be segments',
      [
        ['[53/tcp]', 'all'],
        ['affinity: flow', 'affinity: source'],
        ['nft', 'xdp'],
      ],
      [1_440, 1_420],
    ],
  ] as const)('segments through a tunnel: %s', ([, edits, want]) => {
    const tunnelled = file
      .replace('d1: { address: 198.51.100.41', 'd: { address: [198.51.100.41, "2001:db8:1::41"]')
      .replace('l4b: { edge: 198.51.100.12 }', 'l4b: { edge: [198.51.100.12, "2001:db8:1::12"] }')
      .replace('p2: { edge: 198.51.100.22,', 'p2: { edge: [198.51.100.22, "2001:db8:1::22"],')
      .replace('p1: { edge: 198.51.100.21,', 'p1: { edge: [198.51.100.21, "2001:db8:1::21"],')
      .replace(
        /names: .*/,
        'names: { vip: [203.0.113.53, "2001:db8:f::53"], ports: [53/tcp], affinity: flow, l4: { mode: tunnel, pool: dns } }',
      )
      .replace(/^ {6}d2: .*\n/m, '')
      .replace(/^ {2}api: .*\n/m, '');
    const text = edits.reduce((all, [from, to]) => {
      if (!all.includes(from)) throw new Error(`not in the file: ${from}`);
      return all.replace(from, to);
    }, tunnelled);
    const { cluster: other, findings } = readSpec(text, 'c.yaml');
    if (other === undefined) throw new Error(JSON.stringify(findings));
    const caps = roleStates({ cluster: other, generation }, 'd').receiver?.segmentCaps;
    expect(caps?.map(({ mssBytes }) => mssBytes)).toEqual(want);
  });

  test('a receiver looks a socket up in the service of the narrowest VIP, as its directors do', () => {
    const text = file.replace(
      /names: .*/,
      'wide: { vip: 203.0.113.48/28, listen: transparent, ports: [all/tcp], l4: { pool: dns } }\n  names: { vip: 203.0.113.53, ports: [53/tcp], affinity: source, l4: { pool: dns } }',
    );
    const { cluster: other } = readSpec(text, 'c.yaml');
    if (other === undefined) throw new Error('the file has faults');
    const { tables } = roleStates({ cluster: other, generation }, 'd1').receiver ?? { tables: [] };
    expect(tables[0]?.services.map(({ vip }) => vip)).toEqual(['203.0.113.53', '203.0.113.48/28']);
  });

  test('who is reached by destination NAT has a way back through each director of its network', () => {
    expect(statesOf('p1').receiver?.returnPaths).toEqual([
      { director: 'l4a', number: 0x640b, addresses: ['198.51.100.11', '2001:db8:1::11'] },
      { director: 'l4b', number: 0x640c, addresses: ['198.51.100.12'] },
    ]);
    expect(statesOf('d1').receiver?.returnPaths).toEqual([]);
  });

  test('where answers are told by port, a receiver knows which VIP its own address stands for, and the rows of its sockets', () => {
    const behind = (driver: string, more = '') => {
      const text = file
        .replace('driver: nft', `driver: ${driver}`)
        .replace(
          'vip: 203.0.113.53, ports: [53/udp], l4: { mode: dsr,',
          'vip: [203.0.113.53, "2001:db8:f::53"], ports: [53/tcp], l4: { mode: dnat,',
        )
        .replace(
          'd1: { address: 198.51.100.41,',
          'd1: { address: [198.51.100.41, "2001:db8:1::41"],',
        )
        .replace('monitor:', () => `${more}monitor:`);
      const asked = readSpec(text, 'c.yaml').cluster as Cluster;
      return roleStates({ cluster: asked, generation }, 'd1').receiver;
    };
    const ports = [{ protocol: 'tcp', port: 53 }];
    expect(behind('xdp')).toMatchObject({
      vips: [],
      standsFor: [
        { vip: '203.0.113.53', address: '198.51.100.41', ports },
        { vip: '2001:db8:f::53', address: '2001:db8:1::41', ports },
      ],
      tables: [{ group: 'dns', services: [{ ports }, { ports }] }],
    });
    const shared = behind(
      'xdp',
      '  more: { vip: 203.0.113.54, ports: [53/tcp], l4: { mode: dnat, pool: dns } }\n',
    );
    expect(shared).toMatchObject({
      standsFor: [{ vip: '2001:db8:f::53', address: '2001:db8:1::41', ports }],
      tables: [],
    });
    expect([behind('nft')?.tables, behind('nft')?.standsFor]).toEqual([[], undefined]);
  });

  test('ways back keep their number when directors go, and two never share one', () => {
    const of = (name: string, address: string) => ({
      ...nodeNamed(cluster, 'l4a'),
      name,
      legs: [{ network: 'edge', device: 'edge', addresses: [address] }],
    });
    const leg = { network: 'edge', device: 'edge', addresses: [] };
    const all = [of('a', '2001:db8::1:7'), of('b', '2001:db8::2:7'), of('c', '2001:db8::0')];
    expect(returnPaths(all, leg).map(({ number }) => number)).toEqual([7, 8, 1]);
    expect(returnPaths(all.slice(2), leg).map(({ number }) => number)).toEqual([1]);
  });

  test('a router listens where directors stand, and takes VIPs only', () => {
    const router = statesOf('r1').router;
    expect(router?.listenRanges.map(({ cidr, localAddress }) => `${cidr} ${localAddress}`)).toEqual(
      ['198.51.100.0/26 198.51.100.1', '2001:db8:1::/64 2001:db8:1::1'],
    );
    expect(router?.vipPrefixes).toEqual(allVipPrefixes(cluster));
    expect(allVipPrefixes(cluster)).toEqual([
      '203.0.113.10/32',
      '2001:db8:f::10/128',
      '203.0.113.11/32',
      '203.0.113.53/32',
    ]);
    expect(router).toMatchObject({ routerId: '192.0.2.1', asn: 64512, directorAsn: 64513 });
  });

  test.for([
    ['l4a', ['198.51.100.11 > 198.51.100.1', '2001:db8:1::11 > 2001:db8:1::1']],
    ['l4b', ['198.51.100.12 > 198.51.100.1']],
  ] as const)('%s has a session per router and family that it has', ([name, want]) => {
    const peers = statesOf(name).speaker?.peers ?? [];
    expect(peers.map((peer) => `${peer.localAddress} > ${peer.address}`)).toEqual(want);
  });

  test('directors have a row per VIP, and the same tables', () => {
    const [one, other] = [statesOf('l4a').director, statesOf('l4b').director];
    expect(one?.services.map(({ service, vip, group }) => `${service} ${vip} ${group}`)).toEqual([
      'shop 203.0.113.10 l7',
      'shop 2001:db8:f::10 l7',
      'api 203.0.113.11 l7',
      'names 203.0.113.53 dns',
    ]);
    expect(one?.groups).toEqual(other?.groups);
    expect([one?.device, one?.addresses]).toEqual(['edge', ['198.51.100.11', '2001:db8:1::11']]);
  });

  test('who is not let in, how tunnels look and who speaks QUIC reach directors and those behind them', () => {
    const text = file
      .replace('driver: nft', () => {
        const tunnel =
          'tunnel: { encapsulation: gue, sources: 198.51.100.192/26, accept: 198.51.100.128/27 }';
        return `driver: xdp\n  deny: 192.0.2.7\n  limit: { newFlows: 10/s }\n  ${tunnel}`;
      })
      .replace('d2: 198.51.100.42', 'd2: { address: 198.51.100.42, managed: true }')
      .replace('l4: { mode: dsr, pool: dns }', 'l4: { mode: tunnel, pool: dns, quic: true }');
    const asked = readSpec(text, 'mix.yaml').cluster as Cluster;
    const of = (name: string) => roleStates({ cluster: asked, generation, payload }, name);
    const limit = { flows: 10, perMs: 1_000, burst: 10 };
    expect(of('l4a').director).toMatchObject({
      guard: { deny: ['192.0.2.7/32'], limit },
      tunnel: { encapsulation: 'gue', sources: '198.51.100.192/26' },
    });
    const quic = of('l4a').director?.services.map(({ service, quic: is }) => [service, is]);
    expect(Object.fromEntries(quic ?? [])).toMatchObject({ names: true, shop: undefined });
    expect(of('d1').receiver).toMatchObject({
      quicIds: [{ service: 'names', id: generation.ids['dns/d1'] }],
      socketCheck: { takesTunnels: true, sources: ['198.51.100.192/26', '198.51.100.128/27'] },
    });
    expect(of('p1').receiver?.quicIds).toBeUndefined();
  });

  test.for([
    ['p1', ['203.0.113.10', '2001:db8:f::10'], ['dsr', 'dnat']],
    ['d1', ['203.0.113.53'], ['dsr']],
  ] as const)('%s holds VIPs where packets come for them: %s', ([name, vips, modes]) => {
    expect(statesOf(name).receiver).toMatchObject({ vips, modes, device: 'edge' });
  });

  test('a proxy binds VIPs, or its own address where the destination is translated; TCP only', () => {
    const proxy = statesOf('p1').proxy;
    expect(
      proxy?.frontends.map(({ service, binds }) => [
        service,
        ...binds.map((b) => `${b.vip} ${b.port}`),
      ]),
    ).toEqual([
      ['shop', '203.0.113.10 80', '2001:db8:f::10 80'],
      ['api', '198.51.100.21 81'],
    ]);
    expect(proxy?.pools.map(({ pool, servers }) => [pool, servers.length])).toEqual([['web', 2]]);
    expect(proxy?.health).toEqual({
      addresses: ['198.51.100.21', '198.51.100.81'],
      port: healthPort,
    });
  });
});

describe('the socket check of a receiver', () => {
  const bpf = { helper: blob('h'), director: blob('d'), proxy: blob('x') };
  const stateOf = (
    name: string,
    driver: Cluster['l4']['driver'],
    mode: 'dsr' | 'tunnel' = 'dsr',
  ) => {
    const services = cluster.services.map((service) => ({
      ...service,
      l4: { ...service.l4, mode: service.l4.mode === 'dsr' ? mode : service.l4.mode },
    }));
    const changed = { ...cluster, services, l4: { ...cluster.l4, driver } };
    return roleStates({ cluster: changed, generation, payload: { ...payload, bpf } }, name)
      .receiver;
  };

  test.for([
    ['p1', 'xdp', 'dsr', { self: 1, takesTunnels: false, namesSecond: true }, ['p1', 'p2']],
    ['d1', 'xdp', 'dsr', { self: 3, takesTunnels: false, namesSecond: true }, ['d1', 'd2']],
    ['p2', 'xdp', 'tunnel', { self: 2, takesTunnels: true, namesSecond: true }, ['p1', 'p2']],
    ['p1', 'ipvs', 'tunnel', { takesTunnels: true, namesSecond: false }, ['p1', 'p2']],
    ['p1', 'ipvs', 'dsr', undefined, []],
    ['p1', 'nft', 'dsr', undefined, []],
    ['p1', 'nft', 'tunnel', undefined, []],
  ] as const)('%s behind %s in %s', ([name, driver, mode, want, reals]) => {
    const state = stateOf(name, driver, mode);
    if (want === undefined) return expect(state?.socketCheck).toBeUndefined();
    expect(state?.socketCheck).toMatchObject(want);
    expect(state?.socketCheck?.reals.map((real) => real.name)).toEqual(reals);
    return expect(state?.bpf).toEqual({ helper: bpf.helper, object: bpf.proxy });
  });
});

function blob(sha256: string): { sha256: string; bytes: number } {
  return { sha256, bytes: 1 };
}

describe('arms of directors', () => {
  const back = { network: 'inside', addresses: ['198.51.100.71'], device: 'back' };
  const moved: Readonly<Record<string, string>> = { d1: '198.51.100.111', d2: '198.51.100.112' };
  const armed: Cluster = {
    ...cluster,
    nodes: cluster.nodes.map((node) => {
      if (node.name === 'l4a') return { ...node, legs: [...node.legs, back] };
      const address = moved[node.name];
      if (address === undefined) return node;
      return { ...node, legs: [{ network: 'inside', addresses: [address], device: 'inside' }] };
    }),
    pools: cluster.pools.map((pool) => ({
      ...pool,
      servers: pool.servers.map((server) => ({
        ...server,
        address: moved[server.name] ?? server.address,
      })),
    })),
  };
  const of = (name: string, services = cluster.services) =>
    roleStates({ cluster: { ...armed, services }, generation }, name).director;
  const tunnelled = cluster.services.map((each) => ({
    ...each,
    l4: { ...each.l4, mode: 'tunnel' as const },
  }));

  test('the device of entry, and those that lead to reals, each with its reals', () => {
    const ids = ['dns/d1', 'dns/d2'].map((member) => generation.ids[member]);
    expect(of('l4a')).toMatchObject({ device: 'edge', arms: [{ device: 'back', reals: ids }] });
    expect(of('l4b')).not.toHaveProperty('arms');
  });

  test('tunnels end at the leg by which all their packets leave, else at that of entry', () => {
    const dns = tunnelled.filter(({ l4 }) => l4.pool === 'dns');
    expect(of('l4a', dns)?.addresses[0]).toBe('198.51.100.71');
    expect(of('l4a', tunnelled)?.addresses[0]).toBe('198.51.100.11');
  });
});
