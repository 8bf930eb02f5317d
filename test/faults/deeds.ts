/** What is done to the zero-break cluster while connections are held: by the command, or as the world deals it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { labExec, labFault } from '@tricade/lab';
import { must } from '../../demo/measure.ts';
import { type Ran, tricade } from '../../demo/tricade.ts';
import { buildObject } from '../../infra/packaging/bpf-objects.ts';
import { pauseAgent, resumeAgent } from './agents.ts';
import { flipLate } from './late-flip.ts';
import { latch } from './monitor.ts';
import type { Deed } from './sequence.ts';

const whole = readFileSync(fileURLToPath(new URL('zero-break.yaml', import.meta.url)), 'utf8');
/** Where the client's connections go: the service in DSR and the one in a tunnel, in both families. */
export const targets = {
  '203.0.113.10:7': 'DSR',
  '[2001:db8:cafe::10]:7': 'DSR, IPv6',
  '203.0.113.20:7': 'tunnel',
  '[2001:db8:cafe::20]:7': 'tunnel, IPv6',
} as const;
const upstreams = {
  r1: ['192.0.2.1', '2001:db8:0:1::1'],
  r2: ['192.0.2.2', '2001:db8:0:1::2'],
} as const;

/** What tunnels look like. */
export type Encapsulation = 'ipip' | 'gue';

/** A version of the cluster file. */
export interface Version {
  /** Of its lines that end in `# if NAME` those of these names are there: nodes that come later, and `web`, a service of HTTP. */
  readonly parts: readonly string[];
  readonly encapsulation: Encapsulation;
}

/** The cluster file under a name of its own. */
export function clusterFile(name: string, { parts, encapsulation }: Version): string {
  return whole
    .replace('cluster: zero-break', `cluster: ${name}`)
    .replace('encapsulation: gue', `encapsulation: ${encapsulation}`)
    .split('\n')
    .filter((line) => isPartOf(line, parts))
    .join('\n');
}

function isPartOf(line: string, parts: readonly string[]): boolean {
  const part = /# if (\w+)$/.exec(line)?.[1];
  return part === undefined || parts.includes(part);
}

/** One of each tier that comes later. */
export const laterNodes = ['l4d', 'p4', 'w4'] as const;

/** A cluster file in the lab of its name, and what is done there. */
export class Deeds {
  readonly #lab: string;
  readonly #file: string;
  #version: Version;
  #lasting: Promise<unknown>[] = [];
  #lateFlips = 0;

  constructor(lab: string, file: string, version: Version) {
    this.#lab = lab;
    this.#file = file;
    this.#version = version;
  }

  /** Flips so far that one director alone was late with. */
  get lateFlips(): number {
    return this.#lateFlips;
  }

  /**
   * Resolves when it is done, not when the cluster has settled, with the wall clock (ms) at which it took effect; what is to last so long goes on
   * (`rest`). Rejects with the command's words.
   */
  async do(deed: Deed): Promise<number> {
    const [lab, host] = [this.#lab, deed.of];
    switch (deed.kind) {
      case 'drain':
        return answered(await this.#run('drain', host, '--no-wait', '--why', 'held connections'));
      case 'undrain':
        return answered(await this.#run('undrain', host));
      case 'off':
      case 'on':
        return labFault(lab, { kind: deed.kind, host });
      case 'skew':
        await pauseAgent(lab, host);
        return this.#until(deed.forMs, () => resumeAgent(lab, host));
      case 'late flip':
        return this.#flipLate(deed);
      case 'cut':
        await labFault(lab, { kind: 'cut', host, network: 'edge' });
        return this.#until(deed.forMs, () =>
          labFault(lab, { kind: 'join', host, network: 'edge' }),
        );
      case 'upstream':
        return this.#goBy(upstreams[host as 'r1' | 'r2']);
      case 'rehash':
        return this.#on(host, `sysctl -qw net.ipv4.fib_multipath_hash_seed=${deed.hashSeed}`).then(
          Date.now,
        );
      case 'add':
        return this.#add(host);
    }
  }

  /** Waits for what lasts. */
  async rest(): Promise<void> {
    await Promise.all(this.#lasting.splice(0));
  }

  /** Rolls another version out; once more where a busy machine did not answer in time, as an operator would. */
  async become(change: Partial<Version>): Promise<number> {
    const version = { ...this.#version, ...change };
    writeFileSync(this.#file, clusterFile(this.#lab, version));
    const apply = () => this.#run('apply', '--yes');
    const ran = await apply().catch(apply);
    this.#version = version;
    return answered(ran);
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

  /** Nothing where it is there already. */
  async #add(node: string): Promise<number> {
    const { parts } = this.#version;
    return parts.includes(node) ? Date.now() : this.become({ parts: [...parts, node] });
  }

  /** By the monitor's API: until the command had started, the agent that stands still would be silent for too long. */
  async #flipLate({ of, or, verb, proxy, forMs }: Deed & { readonly kind: 'late flip' }) {
    const late = { lab: this.#lab, directors: [of, or] as const, forMs };
    const { director, over } = await flipLate(late, () => latch(this.#lab, verb, proxy));
    if (director !== undefined) this.#lateFlips++;
    this.#lasts(over);
    return Date.now();
  }

  /** The client's way out. */
  async #goBy([v4, v6]: readonly [string, string]): Promise<number> {
    const script = `ip route replace default via ${v4} && ip -6 route replace default via ${v6}`;
    await this.#on('client', script);
    return Date.now();
  }

  /** From now on, so long. */
  #until(ms: number, end: () => Promise<unknown>): number {
    this.#lasts(delay(ms).then(end));
    return Date.now();
  }

  #lasts(over: Promise<unknown>): void {
    // Whoever rests learns of a failure.
    over.catch(() => undefined);
    this.#lasting.push(over);
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

/** Wall clock, ms, of a command's first word. */
const answered = ({ answeredAtMs }: Ran): number => answeredAtMs ?? Date.now();
