/** Starts the programs of `peer.ts` inside a sandbox. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadResult } from './peer.ts';
import type { Sandbox } from './sandbox.ts';

const script = fileURLToPath(new URL('peer.ts', import.meta.url));

export interface Peer {
  /** Ends it at once. */
  kill(): Promise<void>;
  /** It says nothing any more: its kernel takes requests, nobody answers. */
  freeze(): Promise<void>;
}

/** An HTTP server that answers its name, or `echo`, which sends back what it gets; resolves once it listens. */
export async function server(host: Sandbox, port: number, name: string): Promise<Peer> {
  const args = name === 'echo' ? ['echo', `${port}`] : ['origin', `${port}`, name];
  const child = host.spawn(process.execPath, [script, ...args]);
  await once(child.stdout ?? child, 'data');
  const signal = async (name: string): Promise<void> => {
    await host.run(
      `kill -${name} $(ss -Htlnp 'sport = :${port}' | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p')`,
    );
  };
  return { kill: () => signal('KILL'), freeze: () => signal('STOP') };
}

export interface LoadOptions {
  readonly address: string;
  readonly port: number;
  readonly keepAlive: boolean;
  readonly connections: number;
}

/** Requests as fast as they are answered, until `end`. */
export async function load(
  host: Sandbox,
  { address, port, keepAlive, connections }: LoadOptions,
): Promise<{ end(): Promise<LoadResult> }> {
  const args = ['load', address, `${port}`, `${keepAlive}`, `${connections}`];
  const child = host.spawn(process.execPath, [script, ...args]);
  let text = '';
  let wrong = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    wrong += chunk;
  });
  await once(child.stdout ?? child, 'data');
  return {
    end: async () => {
      const closed = once(child, 'close');
      child.stdin?.end();
      await closed;
      if (wrong !== '') throw new Error(wrong);
      return JSON.parse(text.replace('ready\n', '')) as LoadResult;
    },
  };
}

/** One TCP connection that stays. */
export interface Held {
  /** Sends a line and waits until it comes back; rejects where the connection is gone. */
  echo(line: string): Promise<void>;
  close(): Promise<void>;
}

export async function hold(host: Sandbox, address: string, port: number): Promise<Held> {
  const child = host.spawn(process.execPath, [script, 'hold', address, `${port}`]);
  const gone = once(child, 'exit').then(() => Promise.reject(new Error('the connection ended')));
  gone.catch(() => {});
  return {
    echo: async (line) => {
      const answered = once(child.stdout ?? child, 'data');
      child.stdin?.write(`${line}\n`);
      const [answer] = await Promise.race([answered, gone]);
      if (String(answer) !== `${line}\n`) throw new Error(`${answer} came back for ${line}`);
    },
    close: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      child.stdin?.destroy();
      await exited;
    },
  };
}
