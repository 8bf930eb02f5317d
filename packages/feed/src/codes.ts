import type { CodeTable } from '@tricade/cluster';

/** Error codes of the feed. */
export const codes: CodeTable = {
  'TRI-F101': {
    title: 'the address of the feed is not usable',
    effect: 'The node has no feed: it keeps its last good state.',
    fix: 'Give redis://address:port, rediss://address:port or unix:///path/of/socket.',
  },
  'TRI-F102': {
    title: 'a change for the feed has an implausible shape',
    effect: 'Nothing was written; every node keeps what it has.',
    fix: 'Read the reason beside it. If it came from the monitor itself, report it with the monitor log.',
  },
  'TRI-F103': {
    title: 'a name cannot be part of a feed key',
    effect: 'Nothing was written.',
    fix: 'Use names of lower-case letters, digits and hyphens, beginning with a letter, 32 at most.',
  },
};
