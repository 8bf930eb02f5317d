/** Tells systemd how the agent fares, by `systemd-notify` (sd_notify(3)); Node has no datagram Unix sockets. The unit needs NotifyAccess=all. */
import { execFile } from 'node:child_process';

export interface Notifier {
  /** Started, and following. */
  ready(): Promise<void>;
  /** Ends the watchdog's messages. */
  end(): void;
}

export interface NotifierOptions {
  /** Default process.env: NOTIFY_SOCKET and WATCHDOG_USEC as systemd sets them. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** False: the loop stands still, so the watchdog is to strike. */
  isAlive(): boolean;
}

/** Does nothing where the process was not started by systemd. */
export function systemdNotifier({ env = process.env, isAlive }: NotifierOptions): Notifier {
  const tell = (message: string): Promise<void> =>
    new Promise((resolve) => {
      if (!env.NOTIFY_SOCKET) return resolve();
      // A lost message is made up for by the next one.
      execFile(
        'systemd-notify',
        [message],
        { env: { ...process.env, ...env }, timeout: 2_000 },
        () => resolve(),
      );
    });
  const watchdogMs = Number(env.WATCHDOG_USEC ?? 0) / 1_000;
  // A third of the time allowed (sd_watchdog_enabled(3) asks for half), so that one lost message does not end the agent.
  const timer =
    watchdogMs > 0
      ? setInterval(() => void (isAlive() && tell('WATCHDOG=1')), watchdogMs / 3)
      : undefined;
  return {
    ready: () => tell('READY=1'),
    end: () => clearInterval(timer),
  };
}
