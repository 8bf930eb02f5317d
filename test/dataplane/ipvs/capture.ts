/** Packets on a device of a node, as lines of tcpdump. */
import type { NamespaceNode } from '../namespace-node.ts';
import { until } from '../waiting.ts';

export interface Capture {
  /** One packet a line: MACs, addresses, ports. */
  lines(): readonly string[];
  end(): Promise<void>;
}

/** Resolves once tcpdump listens. Each packet is a line as it comes (`--immediate-mode`): the kernel would keep a block of them for up to a second. */
export async function capture(node: NamespaceNode, device: string, what: string): Promise<Capture> {
  const script = 'echo $$; exec tcpdump --immediate-mode -i "$0" -nnelq "$1" 2>&1';
  const dump = node.spawn('sh', ['-c', script, device, what]);
  const chunks: string[] = [];
  dump.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const lines = () => chunks.join('').split('\n');
  const isListening = (line: string) => line.startsWith('listening on');
  await until(
    async () => lines(),
    (said) => said.some(isListening),
  );
  return {
    // What tcpdump says besides has no arrow between two MACs.
    lines: () => lines().filter((line) => line.includes(' > ')),
    // The process that was spawned entered the node and waits there; tcpdump is its child, with a number of the node's own.
    end: async () => void (await node.must(`kill ${lines()[0]}`)),
  };
}
