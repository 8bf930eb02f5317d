import { expect, test } from 'vitest';
import { parseCgroupRoots } from './cgroups.ts';

const v2 = (place: string): string =>
  `30 23 0:26 / ${place} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate`;
const v1 = (place: string, options: string): string =>
  `31 23 0:27 / ${place} rw,nosuid shared:5 - cgroup cgroup rw,${options}`;

test.for([
  {
    name: 'pure v2',
    mountinfo: [v2('/sys/fs/cgroup')],
    want: { unified: '/sys/fs/cgroup', systemd: undefined },
  },
  {
    name: 'hybrid',
    mountinfo: [
      v1('/sys/fs/cgroup/memory', 'memory'),
      v1('/sys/fs/cgroup/systemd', 'xattr,name=systemd'),
      v2('/sys/fs/cgroup/unified'),
    ],
    want: { unified: '/sys/fs/cgroup/unified', systemd: '/sys/fs/cgroup/systemd' },
  },
  {
    name: 'v1 alone',
    mountinfo: [v1('/sys/fs/cgroup/systemd', 'name=systemd')],
    want: { unified: undefined, systemd: '/sys/fs/cgroup/systemd' },
  },
  {
    name: 'mounted twice: the first counts',
    mountinfo: [v2('/sys/fs/cgroup'), v2('/mnt/other')],
    want: { unified: '/sys/fs/cgroup', systemd: undefined },
  },
  { name: 'none', mountinfo: [], want: { unified: undefined, systemd: undefined } },
])('$name', ({ mountinfo, want }) => {
  expect(parseCgroupRoots(`${mountinfo.join('\n')}\n`)).toEqual(want);
});
