/**
 * A process of a test network: `serve NAME tcp:PORT udp:ADDRESS:PORT…` answers with its name and echoes what
 * comes; `drive` reads one JSON command a
 * line and answers one JSON line each. Run by Node in a node's namespaces.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Longer than any first window. */
const bigReply: Buffer = Buffer.alloc(300_000, 'z');

const [role, name = '', ...listens] = process.argv.slice(2);
if (role === 'serve') serve();
else drive();

function serve(): void {
  for (const [protocol, ...rest] of listens.map((listen) => listen.split(':'))) {
    const port = Number(rest.at(-1));
    if (protocol === 'tcp') {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.write(name);
        socket.on('data', (chunk) => {
          if (chunk.toString() === 'bye') socket.end();
          else socket.write(chunk.toString() === 'big' ? bigReply : chunk);
        });
      });
      server.listen({ port, host: '::' });
    } else {
      const socket = createSocket('udp4');
      socket.on('message', (_data, from) => socket.send(name, from.port, from.address));
      socket.bind(port, rest[0]);
    }
  }
  process.stdout.write('ready\n');
}

/** A QUIC packet with a short header (RFC 9000, section 17.3) whose connection id names a server: an octet, then its number. */
function quicPacket(server: number): Buffer {
  return Buffer.from([0x40, 0, server >> 8, server & 0xff, ...Array.from({ length: 16 }, () => 7)]);
}

/** Sends a datagram from a port of its own and reads who answers. */
function ask(host: string, port: number, data: string | Buffer = 'x'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const timer = setTimeout(() => end(undefined), 1_500);
    const end = (server: string | undefined) => {
      clearTimeout(timer);
      socket.close();
      resolve(server);
    };
    socket.once('message', (data) => end(data.toString()));
    socket.send(data, port, host);
  });
}

/** What `long` sends comes back whole, or its reply does; undefined where it stalls. */
async function wholeOf(
  { host, port }: { readonly host: string; readonly port: number },
  long: string | Buffer,
): Promise<string | undefined> {
  const kept = await open(host, port);
  if (kept === undefined) return undefined;
  return new Promise((resolve) => {
    let bytes = 0;
    const end = (server: string | undefined) => {
      clearTimeout(timer);
      kept.socket.destroy();
      resolve(server);
    };
    const timer = setTimeout(() => end(undefined), 3_000);
    kept.socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes >= bigReply.length) end(kept.server);
    });
    kept.socket.write(long);
  });
}

/** One long transfer after the other. */
async function transfers(
  to: { readonly host: string; readonly port: number },
  long: string | Buffer,
  count: number,
): Promise<object> {
  const servers: string[] = [];
  for (let i = 0; i < count; i++) {
    const server = await wholeOf(to, long);
    if (server !== undefined) servers.push(server);
  }
  return { servers: counts(servers), failed: count - servers.length };
}

interface Kept {
  readonly socket: Socket;
  readonly server: string;
}

/** A SYN is sent again after 1, 3 and 7 s. */
const patientMs = 10_000;

/** Opens a connection, from `localPort` where it is given, and reads the server's name; undefined where none answers in time. */
function open(
  host: string,
  port: number,
  { localPort, withinMs = 1_500 }: { localPort?: number; withinMs?: number } = {},
): Promise<Kept | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(localPort === undefined ? {} : { localPort }) });
    const timer = setTimeout(() => end(undefined), withinMs);
    const end = (kept: Kept | undefined) => {
      clearTimeout(timer);
      socket.removeAllListeners('data');
      if (kept === undefined) socket.destroy();
      resolve(kept);
    };
    socket.on('error', () => end(undefined));
    socket.once('data', (chunk) => end({ socket, server: chunk.toString() }));
  });
}

/** True where the connection still echoes. */
function echoes({ socket }: Kept): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 1_500);
    const end = (alive: boolean) => {
      clearTimeout(timer);
      resolve(alive);
    };
    if (socket.destroyed) return end(false);
    socket.once('error', () => end(false));
    socket.once('data', () => end(true));
    socket.write('x');
  });
}

function counts(servers: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const server of servers) found[server] = (found[server] ?? 0) + 1;
  return found;
}

/** Connections that stay open between commands. */
const kept: Kept[] = [];

/** Keeps those that came about; says whose they are, and how many are missing. */
function keep(opened: readonly (Kept | undefined)[]): object {
  const live = opened.filter((each) => each !== undefined);
  kept.push(...live);
  return { servers: counts(live.map((each) => each.server)), failed: opened.length - live.length };
}

const commands: Readonly<
  Record<string, (host: string, port: number, count: number, server: number) => Promise<object>>
> = {
  open: async (host, port, count) =>
    keep(await Promise.all(Array.from({ length: count }, () => open(host, port)))),
  short: async (host, port, count) => {
    const opened = await Promise.all(Array.from({ length: count }, () => open(host, port)));
    const live = opened.filter((each) => each !== undefined);
    for (const { socket } of live) socket.end();
    return { servers: counts(live.map((each) => each.server)), failed: count - live.length };
  },
  quic: async (host, port, count, server) => {
    const asked = await Promise.all(
      Array.from({ length: count }, () => ask(host, port, quicPacket(server))),
    );
    const answered = asked.filter((each) => each !== undefined);
    return { servers: counts(answered), failed: count - answered.length };
  },
  udp: async (host, port, count) => {
    const asked = await Promise.all(Array.from({ length: count }, () => ask(host, port)));
    const answered = asked.filter((server) => server !== undefined);
    return { servers: counts(answered), failed: count - answered.length };
  },
  big: (host, port, count) => transfers({ host, port }, 'big', count),
  /** A long body that is echoed. */
  upload: (host, port, count) => transfers({ host, port }, bigReply, count),
  /** As `open`, from the ports 20,000 and up, and patient. */
  from: async (host, port, count) => {
    const opened = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        open(host, port, { localPort: 20_000 + i, withinMs: patientMs }),
      ),
    );
    return keep(opened);
  },
  /** The servers close first: they are the ones that wait then. */
  bye: async () => {
    const ended = kept.splice(0).map(({ socket }) => {
      const end = new Promise((resolve) => socket.once('close', resolve));
      socket.on('data', () => {});
      socket.write('bye');
      return end;
    });
    await Promise.all(ended);
    return {};
  },
  ping: async () => {
    const alive = await Promise.all(kept.map(echoes));
    return { alive: alive.filter(Boolean).length, broken: alive.filter((each) => !each).length };
  },
  /** Resets instead of closing: nothing is left of them here, and their ports are free. */
  abort: async () => {
    for (const { socket } of kept.splice(0)) socket.resetAndDestroy();
    return {};
  },
  close: async () => {
    for (const { socket } of kept.splice(0)) socket.destroy();
    return {};
  },
};

function drive(): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { command, host = '', port = 0, count = 0, server = 0 } = JSON.parse(line);
    void commands[command]?.(host, port, count, server).then((answer) =>
      process.stdout.write(`${JSON.stringify(answer)}\n`),
    );
  });
}
