/**
 * Waits until TCP ports answer: `ready.ts TIMEOUT_MS ADDRESS:PORT…`. Port 22 answers with its banner (RFC 4253, section 4.2), any other by
 * accepting. Prints each target when it has answered; exits 1 where the time was over before all had.
 */
import { connect } from 'node:net';

const [timeoutMs = '0', ...targets] = process.argv.slice(2);
const deadline = performance.now() + Number(timeoutMs);

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 });
    const done = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    if (port === 22) socket.on('data', (banner) => done(banner.toString().startsWith('SSH-2.0')));
    else socket.on('connect', () => done(true));
    socket.on('error', () => done(false));
    socket.on('timeout', () => done(false));
    socket.on('end', () => done(false));
  });
}

async function wait(target: string): Promise<boolean> {
  const [, address = '', port] = /^(.*):(\d+)$/.exec(target) ?? [];
  while (performance.now() < deadline) {
    if (await answers(address, Number(port))) {
      process.stdout.write(`${target}\n`);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

const all = await Promise.all(targets.map(wait));
process.exitCode = all.every(Boolean) ? 0 : 1;
