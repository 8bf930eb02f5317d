import {
  type Cluster,
  type Flow,
  type Service,
  type TraceInput,
  TricadeError,
} from '@tricade/cluster';
import { labCapture, labExec, readTopology } from '@tricade/lab';
import type { ExitCode } from '../edge.ts';
import { loadCluster } from '../files.ts';
import { MonitorClient } from '../monitor-client.ts';
import { type Proof, prove as proveFlow } from '../prove.ts';
import { type Format, print, say } from '../view/print.ts';
import { proofLines } from '../view/prove.ts';
import { directorCan, enterLab, hostsOf } from '../wire.ts';

/** First source port of the requests; the next one for each request. */
const firstPort = 42_000;

/** `tricade lab prove`: exit 1 where a table and the wire differ. */
export async function prove(file: string, options: { readonly output: Format }): Promise<ExitCode> {
  const cluster = await loadCluster(file);
  await enterLab(cluster.name);
  const proofs = await proveServices(cluster, file);
  const failed = proofs.filter((proof) => !proof.holds).length;
  await print(options.output, proofs, () => [
    ...proofs.flatMap((proof) => [`${titleOf(proof)}:`, ...proofLines(proof), '']),
    failed === 0
      ? `PROVED  ${proofs.length} of ${proofs.length} packet tables equal the captured packets`
      : `DIFFERS  ${failed} of ${proofs.length} packet tables`,
  ]);
  return failed === 0 ? 0 : 1;
}

/** `dns, 203.0.113.53 port 53/udp`. */
function titleOf({ service, flow }: Proof): string {
  return `${service}, ${flow.destinationAddress} port ${flow.destinationPort}/${flow.protocol}`;
}

/** One real request or datagram per service, VIP and transport. `macOf` may be replaced, to see the proof fail. */
export async function proveServices(
  cluster: Cluster,
  file: string,
  macOf?: TraceInput['macOf'],
): Promise<readonly Proof[]> {
  const hosts = await hostsOf(cluster, file);
  if (!hosts.lab)
    throw new TricadeError('TRI-L002', `lab ${cluster.name} is not up`, {
      hint: `bring it up first: tricade lab up ${file}`,
    });
  const api = new MonitorClient(cluster, hosts);
  const proofs: Proof[] = [];
  try {
    for (const [index, { service, flow }] of flowsOf(cluster).entries()) {
      const { snapshot } = await api.state();
      const topology = readTopology(cluster.name);
      const client = topology.hosts.find((host) => host.kind === 'client');
      const network = client?.interfaces[0]?.network ?? '';
      const sourceAddress =
        (client?.interfaces[0]?.addresses ?? [])
          .map((each) => each.split('/')[0] ?? '')
          .find((each) => each.includes(':') === flow.destinationAddress.includes(':')) ?? '';
      const whole: Flow = {
        ...flow,
        sourceAddress,
        sourcePort: firstPort + (Date.now() % 10_000) + index,
      };
      const input: TraceInput = {
        cluster: snapshot.cluster,
        generation: snapshot.generation,
        feed: snapshot.feed,
        nowMs: snapshot.atMs,
        macOf: macOf ?? hosts.macOf,
        director: await directorCan(cluster),
        client: { name: 'client', network },
        flow: whole,
      };
      let answered = false;
      const { frames } = await labCapture(cluster.name, {
        direction: 'sent',
        filter: 'tcp or udp or proto 4 or ip6 proto 41',
        until: async () => {
          answered = await ask(cluster.name, whole, service);
        },
      });
      proofs.push(proveFlow(input, service, { frames, answered }));
    }
  } finally {
    await api.close();
  }
  return proofs;
}

function flowsOf(cluster: Cluster): readonly {
  readonly service: Service;
  readonly flow: Pick<Flow, 'protocol' | 'destinationAddress' | 'destinationPort'>;
}[] {
  return cluster.services.flatMap((service) =>
    service.vips.flatMap((vip) =>
      service.ports.map((port) => ({
        service,
        flow: {
          protocol: port.protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
          destinationAddress: vip.split('/')[0] ?? vip,
          destinationPort: port.port === 0 ? 80 : port.port,
        },
      })),
    ),
  );
}

/** The request itself, from the client, with a source port that is known beforehand: true where it was answered. The capture shows how far a failed one came. */
async function ask(lab: string, flow: Flow, service: Service): Promise<boolean> {
  const script = flow.protocol === 'udp' ? datagram : isDns(flow) ? question : request;
  const argv = [
    '/opt/lab/node',
    '-e',
    script,
    flow.destinationAddress,
    String(flow.destinationPort),
    String(flow.sourcePort),
  ];
  const { code, stderr } = await labExec(lab, 'client', argv, { timeoutMs: 10_000 });
  if (code !== 0)
    say(`${service.name}: the request failed: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return code === 0;
}

/** Port 53 is asked in its own words (RFC 1035, section 4.2); every other TCP port in those of HTTP. */
function isDns(flow: Flow): boolean {
  return flow.destinationPort === 53;
}

const request = `const [,host,port,localPort]=process.argv;const s=require('net').connect({host,port:+port,localPort:+localPort});
s.setTimeout(3000,()=>{console.error('no answer');process.exit(1)});s.on('error',e=>{console.error(e.message);process.exit(1)});
s.on('connect',()=>s.write('GET / HTTP/1.1\\r\\nHost: '+host+'\\r\\nConnection: close\\r\\n\\r\\n'));s.on('data',()=>{});s.on('end',()=>process.exit(0));`;

/** A DNS question for example.net A (RFC 1035, section 4.1). */
const dnsQuestion = '123401000001000000000000076578616d706c65036e65740000010001';

const datagram = `const [,host,port,localPort]=process.argv;const s=require('dgram').createSocket(host.includes(':')?'udp6':'udp4');
s.on('message',()=>process.exit(0));setTimeout(()=>{console.error('no answer');process.exit(1)},3000);
s.bind(+localPort,()=>s.send(Buffer.from('${dnsQuestion}','hex'),+port,host));`;

/** Over TCP with its length before it (RFC 1035, section 4.2.2). */
const question = `const [,host,port,localPort]=process.argv;const s=require('net').connect({host,port:+port,localPort:+localPort});
s.setTimeout(3000,()=>{console.error('no answer');process.exit(1)});s.on('error',e=>{console.error(e.message);process.exit(1)});
s.on('connect',()=>s.write(Buffer.from('001d${dnsQuestion}','hex')));s.on('data',()=>s.end());s.on('close',()=>process.exit(s.bytesRead>14?0:1));`;
