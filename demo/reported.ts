/** A program that prints `ready` once, and one line of JSON at its end: how the clients of a lab tell what they saw. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Reported<Report> {
  /** It said so. Rejects where the program ends before. */
  readonly ready: Promise<void>;
  /** At its end. Rejects where the program ends without one, or prints what is none. */
  readonly report: Promise<Report>;
}

/** Reads what `child` prints; what it says on stderr goes into the error. `what`: its name there. */
export function reported<Report>(child: ChildProcess, what: string): Reported<Report> {
  const ready = Promise.withResolvers<void>();
  const report = Promise.withResolvers<Report>();
  // Whoever waits for one of them learns of the failure; nobody need wait for both.
  ready.promise.catch(() => undefined);
  report.promise.catch(() => undefined);
  const fail = (why: string, cause?: unknown): void => {
    const error = new Error(`the ${what} ${why}`, { cause });
    ready.reject(error);
    report.reject(error);
  };
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const take = (line: string): void => {
    if (line === 'ready') {
      ready.resolve();
      return;
    }
    try {
      report.resolve(JSON.parse(line) as Report);
    } catch (cause) {
      fail(`ended in the middle of its report of ${line.length} characters or more`, cause);
    }
  };
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', take);
  child.on('error', (cause) => fail('could not be started', cause));
  child.on('close', (code, signal) => fail(`ended early (${signal ?? code}): ${said.trim()}`));
  return { ready: ready.promise, report: report.promise };
}
