/**
 * A small virtual machine with Debian's own kernel, for what the kernel here has not: IPVS. Its processor is emulated, so it tells nothing of
 * speed. Inside, each director is a network and a mount namespace of its own, with one card at a tap of `lan` and a serial port for commands.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  Connection,
  FileWrite,
  Host,
  RunOptions,
  RunResult,
} from '../../../packages/cluster/src/index.ts';
import { type NamespaceNode, systemctl } from '../namespace-node.ts';
import { until } from '../waiting.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const kernel = join(checkout, '.tools/kernel');
/** On the node's own file system. */
const root = '/run/guest-root.cpio';

/** A director inside: the name of its card and port, and the MAC that the card is to have. */
export interface GuestCard {
  readonly name: string;
  readonly mac: string;
}

export interface Guest {
  readonly directors: readonly GuestNode[];
  close(): Promise<void>;
}

/** Boots; the bridge `br0` of `lan` must be there. Rejects where the kernel or a program is missing. Everything of it ends with `lan`. */
export async function startGuest(lan: NamespaceNode, cards: readonly GuestCard[]): Promise<Guest> {
  execFileSync('sh', [join(checkout, 'infra/setup/run.sh'), 'kernel'], { stdio: 'inherit' });
  const out = `/proc/${lan.pid}/root${root}`;
  execFileSync('sh', [here('guest-root.sh'), kernel, out], { input: systemctl });
  for (const { name } of cards) {
    await lan.must(`ip tuntap add tap-${name} mode tap && ip link set tap-${name} master br0 up`);
  }
  lan.spawn('qemu-system-x86_64', [...machineArguments, ...cards.flatMap(cardArguments)]);
  const directors = await Promise.all(cards.map((card) => GuestNode.connect(lan, card.name)));
  await Promise.all(directors.map((director) => director.must(':')));
  return {
    directors,
    close: async () => void (await Promise.all(directors.map((director) => director.close()))),
  };
}

const machineArguments: readonly string[] = [
  ...['-machine', 'q35,accel=tcg', '-cpu', 'Nehalem', '-m', '192'],
  ...['-kernel', join(kernel, 'boot/vmlinuz'), '-initrd', root],
  ...['-append', 'console=ttyS0 quiet panic=-1 reboot=t mitigations=off'],
  ...['-display', 'none', '-nodefaults', '-no-reboot', '-serial', 'file:/run/guest.log'],
  ...['-device', 'virtio-serial-pci'],
];

/** Cards are called eth0, eth1, … by the guest, in the order of their slots. */
function cardArguments({ name, mac }: GuestCard, index: number): readonly string[] {
  return [
    ...['-netdev', `tap,id=${name},ifname=tap-${name},script=no,downscript=no`],
    ...['-device', `virtio-net-pci,netdev=${name},romfile=,mac=${mac}`],
    ...['-chardev', `socket,id=port-${name},path=/run/${name}.socket,server=on,wait=off`],
    ...['-device', `virtserialport,chardev=port-${name},name=eth${index}`],
  ];
}

/** A director of the virtual machine as a host. Calls queue up: its port carries one at a time. */
export class GuestNode implements Host {
  readonly name: string;
  readonly #port: Socket;
  #received = Buffer.alloc(0);
  #wake: () => void = () => {};
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(name: string, port: Socket) {
    this.name = name;
    this.#port = port;
    port.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    // A machine that goes away closes the port; calls are told then.
    port.on('error', () => {});
    port.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** The emulator makes its sockets within a moment of its start. */
  static async connect(lan: NamespaceNode, name: string): Promise<GuestNode> {
    const path = `/proc/${lan.pid}/root/run/${name}.socket`;
    const attempt = async () => {
      const socket = connect(path);
      await once(socket, 'connect');
      return socket;
    };
    const found = await until(
      () => attempt().catch(() => undefined),
      (port) => port !== undefined,
    );
    return new GuestNode(name, found.value as Socket);
  }

  run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const call = this.#last.then(() => this.#call(script, options));
    this.#last = call.catch(() => {});
    return call;
  }

  async #call(script: string, { stdin = '', timeoutMs = 60_000 }: RunOptions): Promise<RunResult> {
    const [code, input] = [Buffer.from(script), Buffer.from(stdin as string)];
    this.#port.write(`${code.length} ${input.length}\n${code}${input}`);
    const deadline = performance.now() + timeoutMs;
    const head = await this.#take(deadline, (bytes) => bytes.indexOf('\n') + 1 || undefined);
    const [status = 0, out = 0, err = 0] = head.toString().trim().split(' ').map(Number);
    const body = await this.#take(deadline, () => out + err);
    return {
      code: status,
      stdout: body.subarray(0, out).toString(),
      stderr: body.subarray(out).toString(),
    };
  }

  /** Takes the first bytes, as many as `size` says, once they are there. */
  async #take(deadline: number, size: (received: Buffer) => number | undefined): Promise<Buffer> {
    for (;;) {
      const wanted = size(this.#received);
      if (wanted !== undefined && this.#received.length >= wanted) {
        const taken = this.#received.subarray(0, wanted);
        this.#received = this.#received.subarray(wanted);
        return taken;
      }
      if (this.#closed) throw new Error(`${this.name}: the virtual machine is gone`);
      if (performance.now() > deadline) throw new Error(`${this.name} does not answer`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** As `run`, but a non-zero exit is an error. */
  async must(script: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(script, options);
    if (code !== 0) throw new Error(`${this.name}: ${script}: ${stderr}`);
    return stdout;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const { code, stdout } = await this.run(`cat '${path}'`);
    return code === 0 ? new TextEncoder().encode(stdout) : undefined;
  }

  async write(files: readonly FileWrite[]): Promise<void> {
    const folders = new Set(files.map(({ path }) => `'${dirname(path)}'`));
    const scripts = files.map(({ path, content, mode }) => {
      const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
      const quoted = `'${text.replaceAll("'", "'\\''")}'`;
      // Each program that starts takes a while on an emulated processor: new files have the mode that is wanted most.
      const chmod = mode === 0o644 ? '' : `chmod ${mode.toString(8)} '${path}.new'; `;
      return `printf %s ${quoted} >'${path}.new'; ${chmod}mv '${path}.new' '${path}'`;
    });
    await this.must(`set -e; umask 022; mkdir -p ${[...folders].join(' ')}\n${scripts.join('\n')}`);
  }

  async remove(paths: readonly string[]): Promise<void> {
    await this.must(paths.map((path) => `rm -f '${path}'`).join('\n'));
  }

  connect(): Promise<Connection> {
    return Promise.reject(new Error('the virtual machine has no Unix sockets to give'));
  }

  async close(): Promise<void> {
    this.#port.destroy();
  }
}
