/** Secrets stand in the file as references only. */
import type { SecretRef } from '../model/intent.ts';
import type { Reading } from './reading.ts';
import type { KeyPath } from './source-tree.ts';

interface SecretPlace extends Pick<Reading, 'report'> {
  readonly path: KeyPath;
  /** A plain file name is short for `file:NAME`. */
  readonly isFileName?: boolean;
}

/** `file:PATH` or `env:NAME`; undefined and a fault for anything that may be the secret itself, which is never repeated. */
export function readSecret(
  given: string,
  { report, path, isFileName }: SecretPlace,
): SecretRef | undefined {
  if (/^file:[^\s]+$/.test(given) || /^env:[A-Za-z_][A-Za-z0-9_]*$/.test(given)) return given;
  if (isFileName && /^[\w.~/-]{1,255}$/.test(given) && /[./]/.test(given)) return `file:${given}`;
  const message = `"${path.at(-1)}" holds something that is no reference`;
  report.error('TRI-C021', { path }, message);
  return undefined;
}

/** What a URL of Redis may look like: one server, Sentinels with the name of the master, or the seeds of a Cluster; `rediss` is TLS. */
const redisUrl =
  /^(?:rediss?:\/\/HOST(?:\/\d{1,2})?|rediss?\+sentinel:\/\/HOST(?:,HOST)*\/[\w.-]+(?:\/\d{1,2})?|rediss?\+cluster:\/\/HOST(?:,HOST)*)$/;
const host = String.raw`(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::[1-9]\d{0,4})?`;
const url = new RegExp(redisUrl.source.replaceAll('HOST', host));

/** Undefined and a fault for what is no URL of Redis, or has a password in it. */
export function readRedisUrl(given: string, place: SecretPlace): string | undefined {
  const { report, path } = place;
  const [, user = '', password] = /^[a-z+]+:\/\/([^/@]*?)(?::([^/@]*))?@/.exec(given) ?? [];
  if (password !== undefined) {
    report.error(
      'TRI-C021',
      { path },
      {
        message: 'the URL of Redis has a password in it',
        fix: 'take it out and add `password: env:REDIS_PASSWORD` beside `url:`',
      },
    );
    return undefined;
  }
  const plain = user === '' ? given : given.replace(`${user}@`, '');
  if (/^[\w.-]*$/.test(user) && url.test(plain)) return given;
  report.error('TRI-C040', { path }, 'this is no URL of Redis that Tricade knows');
  return undefined;
}
