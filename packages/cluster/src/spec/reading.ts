import { bitsContain, type PrefixBits, prefixBits } from '../ip.ts';
import type { Network } from '../model/intent.ts';
import type { Report } from './report.ts';
import type { SpecFile } from './spec-file.ts';

/** What every reader of a part of the file needs. */
export interface Reading {
  readonly file: SpecFile;
  readonly report: Report;
  readonly networks: ReadonlyMap<string, Network>;
  /** The declared network in whose subnets an address lies. */
  networkOf(address: string): Network | undefined;
}

/** The reading of `file` once its networks are known. */
export function readingOf(file: SpecFile, report: Report, networks: readonly Network[]): Reading {
  const subnets = networks.flatMap((network) =>
    network.cidrs.map((cidr) => ({ network, bits: prefixBits(cidr) })),
  );
  return {
    file,
    report,
    networks: new Map(networks.map((network) => [network.name, network])),
    networkOf: (address) => {
      const own = prefixBits(address);
      if (!own) return undefined;
      const holds = (bits: PrefixBits | undefined) => bits !== undefined && bitsContain(bits, own);
      return subnets.find(({ bits }) => holds(bits))?.network;
    },
  };
}
