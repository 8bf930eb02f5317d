/** What is done to the zero-break cluster while connections are held: by the command, or as the world deals it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { labExec, labFault } from '@tricade/lab';
import { must } from '../../demo/measure.ts';
import { type Ran, tricade } from '../../demo/tricade.ts';
import { buildObject } from '../../infra/packaging/bpf-objects.ts';
import type { Deed } from './sequence.ts';

const whole = readFileSync(fileURLToPath(new URL('zero-break.yaml', import.meta.url)), 'utf8');
/** Where the client's connections go: the service in DSR, the one in a tunnel. */
export const targets = ['203.0.113.10:7', '203.0.113.20:7'] as const;
const upstreams = { r1: '192.0.2.1', r2: '192.0.2.2' } as const;
const agent = 'tricade-agent.service';

/** The cluster file under a name of its own, with those of the nodes that come later. */
export function clusterFile(name: string, later: readonly string[]): string {
  return whole
    .replace('cluster: zero-break', `cluster: ${name}`)
    .split('\n')
    .filter((line) => !line.endsWith('# later') || later.includes(line.trim().split(':')[0] ?? ''))
    .join('\n');
}

/** The nodes that come later. */
export const laterNodes = ['l4d', 'p4', 'w4'] as const;

/** A cluster file in the lab of its name, and what is done there. */
export class Deeds {
  readonly #lab: string;
  readonly #file: string;
  #later: readonly string[] = [];

  constructor(lab: string, file: string) {
    this.#lab = lab;
    this.#file = file;
  }

  /** Resolves when it is done, not when the cluster has settled. Rejects with the command's words. */
  async do(deed: Deed): Promise<void> {
    const [lab, host] = [this.#lab, deed.of];
    switch (deed.kind) {
      case 'drain':
        await this.#run('drain', memberOf(host), '--no-wait', '--why', 'held connections');
        return;
      case 'undrain':
        await this.#run('undrain', memberOf(host));
        return;
      case 'off':
      case 'on':
        await labFault(lab, { kind: deed.kind, host });
        return;
      case 'skew':
        await labFault(lab, { kind: 'pause', host, unit: agent });
        await delay(deed.forMs);
        await labFault(lab, { kind: 'resume', host, unit: agent });
        return;
      case 'cut':
        await labFault(lab, { kind: 'cut', host, network: 'edge' });
        await delay(deed.forMs);
        await labFault(lab, { kind: 'join', host, network: 'edge' });
        return;
      case 'upstream':
        await this.#on('client', `ip route replace default via ${upstreams[host as 'r1' | 'r2']}`);
        return;
      case 'rehash':
        await this.#on(host, `sysctl -qw net.ipv4.fib_multipath_hash_seed=${deed.hashSeed}`);
        return;
      case 'add':
        await this.become([...this.#later, host]);
        return;
      case 'remove':
        await this.become(this.#later.filter((each) => each !== host));
        return;
    }
  }

  /** Rolls the file out with these of the later nodes; once more where a busy machine did not answer in time, as an operator would. */
  async become(later: readonly string[]): Promise<void> {
    writeFileSync(this.#file, clusterFile(this.#lab, later));
    const apply = () => this.#run('apply', '--yes');
    await apply().catch(apply);
    this.#later = later;
  }

  /** Directors whose packets name no second candidate, or again those that do. */
  async nameSeconds(directors: readonly string[], named: boolean): Promise<void> {
    const source = named ? 'director.bpf.c' : 'testing/director-without-second.bpf.c';
    const content = readFileSync((await buildObject(source)).path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = `/root/${sha256}.o`;
    const script = `cat >${path}
sed -i 's#^object .*#object ${path} ${sha256}#' /etc/tricade/bpf.conf
systemctl reload tricade-director`;
    await Promise.all(directors.map((director) => this.#on(director, script, content)));
  }

  /** Packets that proxies handed on to the second candidate (`enum proxy_reason`, 16–31). */
  async handedOn(): Promise<number> {
    const ask = '/opt/tricade/tricade-bpf send /run/tricade/bpf.sock sum proxy_counters 16 16';
    const counts = ['p1', 'p2', 'p3'].map(async (proxy) => {
      const sums = Buffer.from((await this.#on(proxy, ask)).replace(/^ok /, ''), 'base64');
      return Array.from({ length: sums.length / 8 }, (_, at) =>
        Number(sums.readBigUInt64LE(at * 8)),
      );
    });
    return (await Promise.all(counts)).flat().reduce((sum, each) => sum + each, 0);
  }

  #run(verb: string, ...words: readonly string[]): Promise<Ran> {
    return must(tricade([verb, this.#file, ...words], { lab: this.#lab }));
  }

  async #on(host: string, script: string, input?: Uint8Array): Promise<string> {
    const options = input === undefined ? {} : { input };
    const { code, stdout, stderr } = await labExec(this.#lab, host, ['sh', '-c', script], options);
    if (code !== 0) throw new Error(`${host}: ${script}: ${stderr}`);
    return stdout.trim();
  }
}

const memberOf = (node: string): string => (node.startsWith('w') ? `echo/${node}` : node);
