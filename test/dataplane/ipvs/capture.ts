/** Packets on a device of a node, as lines of tcpdump. */
import type { NamespaceNode } from '../namespace-node.ts';
import { until } from '../waiting.ts';

export interface Capture {
  /** One packet a line: MACs, addresses, ports. */
  lines(): readonly string[];
  end(): Promise<void>;
}

/** Resolves once the capture runs: a packet socket more is open on the node. */
export async function capture(node: NamespaceNode, device: string, what: string): Promise<Capture> {
  const sockets = async () => Number(await node.must('grep -c . /proc/net/packet'));
  const before = await sockets();
  const script = 'echo $$; exec tcpdump -i "$0" -nnelq "$1" 2>/dev/null';
  const dump = node.spawn('sh', ['-c', script, device, what]);
  const chunks: string[] = [];
  dump.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  await until(sockets, (count) => count > before);
  const lines = () => chunks.join('').split('\n');
  return {
    lines: () => lines().slice(1),
    // The process that was spawned entered the node and waits there; tcpdump is its child, with a number of the node's own.
    end: async () => void (await node.must(`kill ${lines()[0]}`)),
  };
}
