/** `await-ssh.ts TIMEOUT_MS ADDRESS...`: ends with 0 once an SSH server greets at every address, else prints the silent ones and ends with 1. */
import { connect } from 'node:net';

function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('data', (data) => finish(data.toString('latin1').startsWith('SSH-')));
  });
}

const [, , timeoutMs = '0', ...addresses] = process.argv;
const deadline = performance.now() + Number(timeoutMs);
const silent = new Set(addresses);
await Promise.all(
  addresses.map(async (address) => {
    while (performance.now() < deadline && !(await greets(address)))
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (performance.now() < deadline) silent.delete(address);
  }),
);
for (const address of silent) console.log(address);
process.exit(silent.size === 0 ? 0 : 1);
