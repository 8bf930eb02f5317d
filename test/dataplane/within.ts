/** Who calls a VIP from the network of the reals: a client that stands there, and a real itself. */
import { NamespaceNode, plug } from './namespace-node.ts';
import { addressOf, type Drive, driver, type ThreeHop, vip4, vip6 } from './three-hop.ts';
import { until } from './waiting.ts';

interface NearClient {
  readonly drive: Drive;
  down(): Promise<void>;
}

/** A machine beside the reals, with the router as its gateway. */
export async function nearClient({ nodes }: ThreeHop): Promise<NearClient> {
  const near = await NamespaceNode.start('near');
  const addresses = ['198.51.100.200/24', '2001:db8:1::200/64'];
  await plug(near, nodes.lan, { device: 'edge', mac: '02:00:00:00:02:00', addresses });
  await near.must(
    `ip route add default via ${addressOf('r1')}; ip -6 route add default via ${addressOf('r1', 6)}`,
  );
  return {
    drive: driver(near),
    async down() {
      // Servers would hold what it leaves without a word.
      await until(
        () => near.must('ss -Htn state connected exclude time-wait'),
        (sockets) => sockets.trim() === '',
      );
      await near.close();
    },
  };
}

/** Forty calls of p1 to each VIP; who served them, over both families. Rejects where one failed. */
export async function ownCalls({ nodes }: ThreeHop): Promise<Readonly<Record<string, number>>> {
  const drive = driver(nodes.p1);
  const sum: Record<string, number> = {};
  for (const vip of [vip4, vip6]) {
    const { servers, failed } = await drive('short', vip, 80, 40);
    if (failed > 0)
      throw new Error(`${failed} of 40 calls of p1 to ${vip} failed: ${JSON.stringify(servers)}`);
    for (const [name, count] of Object.entries(servers)) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}
