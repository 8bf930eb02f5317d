/** What every host promises, whatever is behind it: ssh, this machine, memory. Run with vitest inside a `describe`. */
import type { Host } from '@tricade/cluster';
import { afterEach, beforeEach, expect, test } from 'vitest';

export interface HostCase {
  readonly host: Host;
  /** A folder that exists on the host and is empty. */
  readonly folder: string;
  /** A Unix socket on the host that answers every text with the same text; undefined: not tested. */
  readonly echoSocket?: string;
  dispose(): Promise<void>;
}

/** Scripts that the contract runs; a host in memory is told what they do. */
export const contractScripts: {
  readonly greet: string;
  readonly fail: string;
  readonly echoInput: string;
  readonly lines: string;
  readonly hang: string;
} = {
  greet: `printf '%s "%s"\\n' "it's" 'a b'`,
  fail: 'echo out; echo err >&2; exit 7',
  echoInput: 'exec cat',
  lines: "printf 'one\\ntwo\\nthree'",
  hang: 'exec sleep 30',
};

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('utf8');

/** Registers the tests. */
export function hostContract(makeHost: () => Promise<HostCase>): void {
  let at: HostCase;
  beforeEach(async () => {
    at = await makeHost();
  });
  afterEach(() => at.dispose());
  runContract(() => at);
  fileContract(() => at);

  test('connects to a Unix socket', async ({ skip }) => {
    const { host, echoSocket } = at;
    if (echoSocket === undefined) return skip();
    const connection = await host.connect(echoSocket);
    const heard = new Promise<string>((resolve) => connection.onData(resolve));
    const closed = new Promise<void>((resolve) => connection.onClose(resolve));
    connection.write('grüße\n');
    expect(await heard).toBe('grüße\n');
    connection.close();
    await closed;
  });

  test('a socket that is not there: TRI-S009', async () => {
    const connecting = at.host.connect(`${at.folder}/none`);
    await expect(connecting).rejects.toMatchObject({ code: 'TRI-S009', node: at.host.name });
  });

  test('closes twice', async () => {
    await at.host.close();
    await at.host.close();
  });
}

function runContract(at: () => HostCase): void {
  const { greet, fail, echoInput, lines, hang } = contractScripts;

  test('runs a script as it stands', async () => {
    expect(await at().host.run(greet)).toEqual({ code: 0, stdout: 'it\'s "a b"\n', stderr: '' });
  });

  test('a non-zero exit is a value', async () => {
    expect(await at().host.run(fail)).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
  });

  test('hands over input, as text and as a stream', async () => {
    const big = 'ä'.repeat(300_000);
    expect((await at().host.run(echoInput, { stdin: big })).stdout).toBe(big);
    async function* parts() {
      yield Buffer.from('a');
      yield Buffer.from('b');
    }
    expect((await at().host.run(echoInput, { stdin: parts() })).stdout).toBe('ab');
  });

  test('tells lines as they come', async () => {
    const heard: string[] = [];
    await at().host.run(lines, { onLine: (line) => heard.push(line) });
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  test('ends what takes too long: TRI-S007', async () => {
    const running = at().host.run(hang, { timeoutMs: 100 });
    await expect(running).rejects.toMatchObject({ code: 'TRI-S007' });
  });

  test('runs several at once', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => at().host.run(greet)));
    expect(runs.every(({ code }) => code === 0)).toBe(true);
  });
}

function fileContract(at: () => HostCase): void {
  test('writes a batch, folders included, and reads it', async () => {
    const { host, folder } = at();
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    await host.write([
      { path: `${folder}/a/b/one`, content: 'ünë\n', mode: 0o644 },
      { path: `${folder}/two`, content: bytes, mode: 0o600 },
    ]);
    expect(text(await host.read(`${folder}/a/b/one`))).toBe('ünë\n');
    expect(Buffer.from((await host.read(`${folder}/two`)) ?? [])).toEqual(bytes);
  });

  test('writes over what is there, large files too', async () => {
    const { host, folder } = at();
    const path = `${folder}/large`;
    const large = Buffer.alloc(400_000, 'x');
    for (const content of [large, large, Buffer.concat([large, large])]) {
      await host.write([{ path, content, mode: 0o644 }]);
      expect((await host.read(path))?.length).toBe(content.length);
    }
  });

  test('an absent file is undefined; removing it is fine', async () => {
    const { host, folder } = at();
    const path = `${folder}/gone`;
    expect(await host.read(path)).toBeUndefined();
    await host.write([{ path, content: 'x', mode: 0o644 }]);
    await host.remove([path, `${folder}/never`]);
    expect(await host.read(path)).toBeUndefined();
    await host.remove([]);
  });

  test.for(['relative', '/a/../b', '/a\nb', "/a'b"])('refuses the path %j', async (path) => {
    const { host } = at();
    const fault = { code: 'TRI-S008' };
    await expect(host.write([{ path, content: '', mode: 0o644 }])).rejects.toMatchObject(fault);
    await expect(host.read(path)).rejects.toMatchObject(fault);
    await expect(host.remove([path])).rejects.toMatchObject(fault);
  });
}
