import { readNodeFiles, serveAgent, withdraw } from '@tricade/agent';
import { localHost } from '@tricade/host';
import type { ExitCode } from '../edge.ts';
import { linksProgram } from '../links-program.ts';
import { driversOf } from '../wire.ts';

/** `tricade agent`: runs until it is told to end; what it has set stays. With `--withdraw` it takes the node's announcements back and ends. */
export async function agent(options: { readonly withdraw?: boolean }): Promise<ExitCode> {
  const host = localHost();
  if (options.withdraw === true) {
    const files = await readNodeFiles(host);
    await withdraw(host, await driversOf(files.cluster), files);
    return 0;
  }
  const until = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await serveAgent({ host, driversOf, linksProgram: linksProgram(), until });
  process.exit(0);
}
