/** `prove-with-wrong-mac.ts FILE NODE NETWORK`, inside the lab's network: the proof of the first service with one MAC of the model changed, as JSON. */
import { hostsOf, loadCluster, proveServices } from '@tricade/cli';

const [, , file = '', node, network] = process.argv;
const cluster = await loadCluster(file);
const hosts = await hostsOf(cluster, file);
const [proof] = await proveServices(cluster, file, (name, leg) =>
  name === node && leg === network ? '02:00:00:00:00:01' : hosts.macOf(name, leg),
);
console.log(
  JSON.stringify({
    holds: proof?.holds,
    hops: proof?.hops.map(({ hop, differs }) => ({ from: hop.from, differs })),
  }),
);
