/** Follows the links of the network namespace it runs in; arguments: addresses to resolve. A line a piece of news, JSON. */
import { openLinks } from '../links/links.ts';
import { linksProgram } from './links-program.ts';

const links = openLinks({ program: linksProgram, log: (line) => console.error(line) });
const print = (news: unknown): void => void process.stdout.write(`${JSON.stringify(news)}\n`);
links.onRoutes(() => print({ routes: Date.now() }));
links.onNeighbours(() => print({ neighbours: links.neighbours }));
void links.resolve(process.argv.slice(2));
print({ started: process.pid });
process.on('SIGTERM', () => {
  links.close();
  process.exitCode = 0;
});
