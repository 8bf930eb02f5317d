import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localHost } from './local-host.ts';
import { memoryHost } from './memory-host.ts';
import { echoSocket } from './testing/echo-socket.ts';
import { contractScripts, hostContract } from './testing/host-contract.ts';

async function localCase(root: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-local-'));
  mkdirSync(join(folder, 'x'));
  const server = await echoSocket(join(folder, 'echo'));
  const prefix = root ? '' : folder;
  return {
    host: root ? localHost({ root: folder }) : localHost(),
    folder: `${prefix}/x`,
    echoSocket: `${prefix}/echo`,
    dispose: async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

describe('this machine', () => hostContract(() => localCase(false)));
describe('this machine, in a folder', () => hostContract(() => localCase(true)));

describe('memory', () => {
  hostContract(async () => {
    const { greet, fail, echoInput, lines, hang } = contractScripts;
    const host = memoryHost({
      sockets: { '/run/echo': (text) => text },
      commands: [
        (script, { stdin }) => {
          switch (script) {
            case greet:
              return { stdout: 'it\'s "a b"\n' };
            case fail:
              return { code: 7, stdout: 'out\n', stderr: 'err\n' };
            case echoInput:
              return { stdout: stdin.toString('utf8') };
            case lines:
              return { stdout: 'one\ntwo\nthree' };
            case hang:
              return new Promise(() => {});
            default:
              return undefined;
          }
        },
      ],
    });
    return { host, folder: '/folder', echoSocket: '/run/echo', dispose: async () => {} };
  });

  test('a script that nobody told it exits 127 and is on record', async () => {
    const host = memoryHost({ name: 'm1' });
    expect(await host.run('reboot')).toMatchObject({ code: 127 });
    expect(host.ran).toEqual(['reboot']);
  });
});

test('writing the same again touches nothing; no temporary file stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tricade-local-'));
  const host = localHost();
  const path = join(folder, 'file');
  await host.write([{ path, content: 'x', mode: 0o600 }]);
  const { ino } = statSync(path);
  await host.write([{ path, content: 'x', mode: 0o600 }]);
  expect(statSync(path).ino).toBe(ino);
  const unknown = host.write([{ path, content: 'y', mode: 0o600, owner: 'no-such-user' }]);
  await expect(unknown).rejects.toMatchObject({ code: 'TRI-S008' });
  expect(readdirSync(folder)).toEqual(['file']);
  rmSync(folder, { recursive: true });
});

test('a timeout ends what the script has started too', async () => {
  const host = localHost();
  const folder = mkdtempSync(join(tmpdir(), 'tricade-local-'));
  const script = `sleep 30 & echo $! >${folder}/pid; wait`;
  await expect(host.run(script, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'TRI-S007' });
  const gone = `p=$(cat ${folder}/pid); for i in 1 2 3 4 5 6 7 8 9; do kill -0 $p 2>/dev/null || exit 0; [ "$(cut -d' ' -f3 /proc/$p/stat)" = Z ] && exit 0; sleep 0.1; done; exit 1`;
  expect(await host.run(gone)).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
});
