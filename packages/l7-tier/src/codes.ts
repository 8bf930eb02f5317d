/** Codes of the proxies' drivers, for `tricade explain`. */
import type { CodeTable } from '@tricade/cluster';

export const codes: CodeTable = {
  'TRI-H001': {
    title: 'The driver cannot do what a service asks of its proxies',
    effect: 'Nothing is rendered; the proxies keep what they have.',
    fix: 'Choose the mode `reverse-proxy` without TLS for the service, or a driver that can (`haproxy` for TCP): the message names the service.',
  },
  'TRI-H002': {
    title: 'A value cannot be part of a proxy configuration',
    effect: 'Nothing is rendered; the proxies keep what they have.',
    fix: 'Mend the value in the cluster file: the message names the place and what is allowed there.',
  },
  'TRI-H003': {
    title: 'Two services listen in the same place',
    effect:
      'Nothing is rendered: the kernel would spread connections over both services at random.',
    fix: 'Give one of them another VIP or another port.',
  },
  'TRI-H004': {
    title: 'A service and its pool do not fit',
    effect: 'Nothing is rendered; the proxies keep what they have.',
    fix: 'Name a pool that exists and let all services of a pool speak the same protocol.',
  },
  'TRI-H010': {
    title: 'The proxy does not answer on its runtime or control socket',
    effect: 'It keeps the server states that it has; they are on disk for its next start.',
    fix: 'Look at `systemctl status tricade-proxy` (HAProxy) or `tricade-nginx` and its journal on the node.',
  },
  'TRI-H011': {
    title: 'The proxy refused a command or gave an answer that cannot be read',
    effect:
      'The proxy may still send requests to a server that should get none, until the next attempt.',
    fix: 'See the message for the command and its answer; apply the generation again if the node carries another one.',
  },
  'TRI-H012': {
    title: 'The proxy kept being reloaded while its state was set',
    effect: 'The state is on disk and read by the next worker; it is not confirmed yet.',
    fix: 'Find out who reloads tricade-proxy or tricade-nginx on the node all the time.',
  },
};
