import {
  type Cluster,
  type Flow,
  type Service,
  type Snapshot,
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

/** What is traced: a flow, and what was live when it was asked. */
interface Asked {
  readonly service: Service;
  readonly input: TraceInput;
  readonly answered: boolean;
  /** Wall clock, ms: only what was sent in between belongs to the flow. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What no flow of a service is: BFD and BGP speak all the time, and a capture waits until its files are quiet. */
const filter = '(tcp or udp or proto 4 or proto 41) and not port 179 and not port 3784';

/**
 * One real request or datagram per service, VIP and transport, one after the other in one capture. `macOf` may be replaced, to see the proof fail.
 */
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
  const director = await directorCan(cluster);
  const known = { macOf: macOf ?? hosts.macOf, director };
  const api = new MonitorClient(cluster, hosts);
  const asked: Asked[] = [];
  try {
    const { frames } = await labCapture(cluster.name, {
      direction: 'sent',
      filter,
      until: async () => {
        for (const [index, { service, flow }] of flowsOf(cluster).entries()) {
          const { snapshot } = await api.state();
          const whole = fromClient(cluster.name, flow, index);
          const input = { ...inputOf(snapshot, whole), ...known };
          const fromMs = Date.now();
          const answered = await ask(cluster.name, whole.flow, service);
          asked.push({ service, input, answered, fromMs, toMs: Date.now() + 1 });
        }
      },
    });
    return asked.map(({ service, input, answered, fromMs, toMs }) => {
      const own = frames.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
      return proveFlow(input, service, { frames: own, answered });
    });
  } finally {
    await api.close();
  }
}

/** The client of the lab, and the flow with the client's end of it. */
function fromClient(
  lab: string,
  flow: Omit<Flow, 'sourceAddress' | 'sourcePort'>,
  index: number,
): Pick<TraceInput, 'client' | 'flow'> {
  const host = readTopology(lab).hosts.find(({ kind }) => kind === 'client');
  const [leg] = host?.interfaces ?? [];
  const sourceAddress =
    leg?.addresses
      .map((each) => each.split('/')[0] ?? '')
      .find((each) => each.includes(':') === flow.destinationAddress.includes(':')) ?? '';
  const sourcePort = firstPort + (Date.now() % 10_000) + index;
  return {
    client: { name: 'client', network: leg?.network ?? '' },
    flow: { ...flow, sourceAddress, sourcePort },
  };
}

function inputOf(
  snapshot: Snapshot,
  whole: Pick<TraceInput, 'client' | 'flow'>,
): Omit<TraceInput, 'macOf' | 'director'> {
  const { cluster, generation, feed, atMs } = snapshot;
  return { cluster, generation, feed, nowMs: atMs, ...whole };
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
