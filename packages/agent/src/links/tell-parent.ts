/**
 * The program of the child process: news of the links go to the parent over Node's channel of processes (a line of JSON each) until that ends. Events lost
 * end it with exit code 1, links that cannot be read with an error.
 */
import { tellLinks } from './kernel.ts';

process.once('disconnect', () => process.exit(0));
void tellLinks(
  (news) => void process.send?.(news),
  () => process.exit(1),
);
