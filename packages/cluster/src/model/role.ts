/** The wanted state of each role of a node: what `roles.ts` computes from the intent and drivers render. Plain data, JSON-safe. */
import type { DirectorArms } from './arms.ts';
import type {
  Address,
  Bfd,
  Cidr,
  Cluster,
  Generation,
  Guard,
  L4Mode,
  MemberId,
  Name,
  Scheduler,
  ServicePort,
  TunnelOptions,
} from './intent.ts';
import type { ProxyState } from './role-proxy.ts';

export type * from './role-proxy.ts';

/** A digest-named file that travels once to each host. */
export interface Blob {
  readonly sha256: string;
  readonly bytes: number;
}

/** What a node with a BPF data plane is given: the privileged process that holds it, and the object with its programs. */
export interface BpfFiles {
  readonly helper: Blob;
  readonly object: Blob;
}

/** Every node: program, runtime, agent. */
export interface BaseState {
  readonly node: Name;
  readonly cluster: Cluster;
  readonly generation: Generation;
  /** Digest-named files that travel once: the bundled program and the Node runtime. */
  readonly program: Blob;
  readonly runtime: Blob;
  readonly redis: RedisAccess;
}

/** How a node reaches the feed. The password is derived per node by the rollout and lies in `/etc/tricade/secret/redis` (0600). */
export interface RedisAccess {
  /** `redis://address:port`, without credentials. */
  readonly url: string;
  /** ACL user: `node-NAME`, or `monitor-NAME`. */
  readonly user: string;
  readonly passwordFile: string;
}

export interface RouterState {
  readonly node: Name;
  readonly routerId: Address;
  readonly asn: number;
  readonly directorAsn: number;
  /** Subnets from which directors speak; sessions are dynamic, passive, external. */
  readonly listenRanges: readonly {
    readonly cidr: Cidr;
    readonly localAddress: Address;
    readonly device: string;
  }[];
  readonly bfd?: Bfd;
  readonly holdTimeMs: number;
  readonly maxPaths: number;
  readonly hash: 'l3' | 'l4';
  /** The only prefixes that are taken from directors (exact). */
  readonly vipPrefixes: readonly Cidr[];
  /** All devices of the node, for sysctls. */
  readonly devices: readonly string[];
}

export interface SpeakerState {
  readonly node: Name;
  readonly routerId: Address;
  readonly asn: number;
  /** One session per router and family. */
  readonly peers: readonly {
    readonly name: Name;
    readonly address: Address;
    readonly localAddress: Address;
    readonly asn: number;
    readonly device: string;
  }[];
  readonly bfd?: Bfd;
  readonly holdTimeMs: number;
  /** What may be announced; whether it is comes live. */
  readonly prefixes: readonly Cidr[];
  /** Where VIPs are found by ARP and ND: the device on whose network each lies; left out where routers are told. */
  readonly answers?: readonly { readonly prefix: Cidr; readonly device: string }[];
}

/** A group of reals that share one forwarding table: `l7` (all proxies) or a pool's name. */
export interface TableGroup {
  readonly group: string;
  /** Rows, fixed at birth. */
  readonly size: number;
  /** 16 bytes hex. */
  readonly hashKey: string;
  readonly reals: readonly {
    readonly id: MemberId;
    readonly name: Name;
    readonly address: Address;
    readonly addresses: readonly Address[];
    /** 0–256, left out: 100. Its share of new flows where a kernel picks the reals; rows have it in them. */
    readonly weight?: number;
  }[];
}

export interface DirectorService {
  readonly service: Name;
  readonly vip: Address | Cidr;
  readonly ports: readonly ServicePort[];
  readonly mode: L4Mode;
  readonly listen: 'configured' | 'transparent';
  readonly affinity: 'flow' | 'source' | 'source-network';
  readonly group: string;
  readonly scheduler?: Scheduler;
  readonly onePacket?: true;
  readonly quic?: true;
}

/** Address of a real → the routers that lead to it, in the order of the file. */
export type Gateways = Readonly<Record<Address, readonly Address[]>>;

/** The routers of one family that answers may leave by, at least two, all behind one device. */
export interface WayOut {
  readonly device: string;
  readonly routers: readonly Address[];
}

export interface DirectorState extends DirectorArms {
  readonly node: Name;
  /** Position among the cluster's directors, 0–255: what the tag in a source MAC calls this one. */
  readonly self: number;
  /** Every leg: translated packets leave by the one that leads to the real, and with its address as their source in full NAT. */
  readonly legs: readonly { readonly device: string; readonly addresses: readonly Address[] }[];
  readonly services: readonly DirectorService[];
  readonly groups: readonly TableGroup[];
  /** Flows that its kernel is to have room for; left out where it tracks none. */
  readonly trackedFlows?: number;
  /** Reals that are on no network of the director → the routers that lead there. Others are neighbours. */
  readonly gateways?: Gateways;
  /** By which routers what it has translated goes back to clients; left out where it translates nothing, or there is one router. */
  readonly waysOut?: readonly WayOut[];
  /** Left out: everybody is let in. */
  readonly guard?: Guard;
  /** As the file has it. */
  readonly sample?: number;
  /** As the file has it. */
  readonly tunnel?: TunnelOptions;
  /** Left out where nobody installs (agents), and where the driver needs none. */
  readonly bpf?: BpfFiles;
}

/** A node that takes packets for VIPs (proxy, or managed server). */
export interface ReceiverState {
  readonly node: Name;
  /** Where packets from directors come in. */
  readonly device: string;
  /** On loopback, never answered by ARP/ND. */
  readonly vips: readonly (Address | Cidr)[];
  readonly modes: readonly L4Mode[];
  /** Only these may send it tunnelled packets. */
  readonly directors: readonly Address[];
  /** Where tunnelled packets arrive at a device of their own; left out where they do not. */
  readonly vxlan?: VxlanEnd;
  /** VIPs whose clients must send smaller TCP segments than they would, so that they fit into a tunnel; left out where all fit. */
  readonly segmentCaps?: readonly SegmentCap[];
  /** Ways back of translated flows, one a director; empty where no service is DNAT. */
  readonly returnPaths: readonly ReturnPath[];
  /** By which routers what it answers for VIPs goes to clients; left out where it answers for none, or there is one router. */
  readonly waysOut?: readonly WayOut[];
  /** As in `DirectorState`: where there are ways back. */
  readonly trackedFlows?: number;
  /** Tables that bring it flows, with what their rows can be told by from the sockets here; none where only its directors know what a flow's VIP was. */
  readonly tables: readonly ReceivedTable[];
  /** Its own addresses and ports that each stand for one VIP; left out where none do. */
  readonly standsFor?: readonly TranslatedVip[];
  /** What its QUIC servers put into connection ids: the number of this node in each service's table. */
  readonly quicIds?: readonly { readonly service: Name; readonly id: MemberId }[];
  /** What its program does at the device; left out where it needs none. */
  readonly socketCheck?: SocketCheck;
  /** As in `DirectorState`: where there is a socket check. */
  readonly bpf?: BpfFiles;
}

/** End of a VXLAN (RFC 7348) on a receiver: MAC of the device, and the addresses to which directors send, at most one of each family. */
export interface VxlanEnd {
  readonly mac: string;
  readonly addresses: readonly Address[];
}

/** Where translated flows of one VIP come in. */
export interface TranslatedVip extends Pick<DirectorService, 'vip' | 'ports'> {
  readonly address: Address;
}

/** The largest TCP segment that a receiver offers in the VIP's name (MSS option, RFC 9293, section 3.7.1). */
export interface SegmentCap {
  readonly vip: Address | Cidr;
  readonly mssBytes: number;
}

/** A packet that names a second candidate stays where a socket says so, else it is handed on; tunnels are taken off before. */
export interface SocketCheck {
  /** 0–255: what the tag of packets that it hands on calls it. */
  readonly self: number;
  /** Where tunnels end, and whence they are handed on: its own on the device. */
  readonly addresses: readonly Address[];
  readonly takesTunnels: boolean;
  /** Outer sources of its directors besides their addresses. */
  readonly sources?: readonly Cidr[];
  /** False: ids in the outer headers of its directors mean nothing. */
  readonly namesSecond: boolean;
  /** Reals of the tables that bring it flows, itself among them: to these it hands on, from these it takes what was handed on. */
  readonly reals: readonly Pick<
    TableGroup['reals'][number],
    'id' | 'name' | 'address' | 'addresses'
  >[];
  /** As in `DirectorState`: reals that a router leads to. */
  readonly gateways?: Gateways;
}

/** A way back through the director that a flow came by: only it can undo its translation. */
export interface ReturnPath {
  readonly director: Name;
  /** 1–65535: the same while the director keeps its address, whoever else comes or goes. Names the mark of connections and the routing table. */
  readonly number: number;
  /** The director's, on the network of `device`; at most one of each family. */
  readonly addresses: readonly Address[];
}

/** How the flows of a table hash, and which flows are its own. */
export interface ReceivedTable extends Pick<TableGroup, 'group' | 'size' | 'hashKey'> {
  readonly flowHash: 'multilinear' | 'jhash';
  /** The narrowest VIP first: it has what it takes before the prefixes around it. */
  readonly services: readonly Pick<DirectorService, 'vip' | 'ports' | 'affinity'>[];
}

export interface RedisState {
  readonly node: Name;
  readonly addresses: readonly Address[];
  readonly port: number;
  /** ACL users: monitors may do all within the cluster's keys, nodes read state and write their own `node:{id}` and observations. */
  readonly users: readonly {
    readonly user: string;
    readonly kind: 'monitor' | 'node';
    readonly node: Name;
  }[];
  readonly keyPrefix: string;
}

export interface MonitorState {
  readonly node: Name;
  readonly cluster: Name;
  /** From which it probes: their neighbour tables must notice a dead kernel soon. */
  readonly devices: readonly string[];
}

/** Role name → its state. */
export interface RoleStates {
  readonly base?: BaseState;
  readonly redis?: RedisState;
  readonly monitor?: MonitorState;
  readonly router?: RouterState;
  readonly speaker?: SpeakerState;
  readonly director?: DirectorState;
  readonly receiver?: ReceiverState;
  readonly proxy?: ProxyState;
}
