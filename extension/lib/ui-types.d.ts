// Written by tools/generate/ from src/protocol/ and what it is made of: change it there, not here. Nothing of this
// file ships.

/** A message from popup or options to the core, by `runtime.sendMessage`. Every one gets a `PanelReply`. */
export type PanelToCore =
  | { type: 'snapshot'; host?: string | null; lang: string }
  | { type: 'trail'; lang?: string }
  | { type: 'edit'; edit: Edit; lang?: string }
  | { type: 'import-preview'; text: string; lang?: string }
  | { type: 'import'; text: string; lang?: string }
  | { type: 'export' }
  | { type: 'probe'; chain: number; url: string; headers?: [string, string][]; lang: string }
  | { type: 'drill-start'; target: Domain }
  | { type: 'drill-stop' }
  | { type: 'presets'; chain: number; lang?: string }
  | { type: 'load-table'; base64: string; lang?: string }
  | { type: 'shipped-table' };

/** One thing that can go dark. */
export interface Domain {
  /** The kind of domain. */
  kind: DomainKind;
  /** Its key: `amazon`, `aws/us-east-1`, `DE`, `us`, `infura`. */
  key: string;
}

/** A kind of failure domain. */
export type DomainKind = 'operator' | 'network' | 'region' | 'country' | 'jurisdiction';

/** One change to the settings. `chain` is an EIP-155 id, `key` an endpoint's key. */
export type Edit =
  | { op: 'site'; host: string; on: boolean }
  | { op: 'direct'; host: string; on: boolean }
  | { op: 'add-chain'; id: number; name: string }
  | { op: 'remove-chain'; chain: number }
  | { op: 'set-mode'; chain: number; mode: Mode }
  | { op: 'set-dispute'; chain: number; dispute: Dispute }
  | { op: 'set-unconfirmed'; chain: number; unconfirmed: Unconfirmed }
  | { op: 'ask-sites'; chain: number; on: boolean }
  | { op: 'consent'; chain: number; host: string; allow?: boolean | null }
  | { op: 'add-endpoint'; chain: number; url: string; name?: string; enabled?: boolean; private?: boolean; traces?: boolean; headers?: [string, string][]; operator?: string | null; ws?: string | null; at?: number | null }
  | { op: 'rename'; chain: number; key: string; name: string }
  | { op: 'enable'; chain: number; key: string; enabled: boolean }
  | { op: 'private'; chain: number; key: string; private: boolean }
  | { op: 'traces'; chain: number; key: string; traces: boolean }
  | { op: 'set-operator'; chain: number; key: string; operator?: string | null }
  | { op: 'set-headers'; chain: number; key: string; headers: [string, string][] }
  | { op: 'set-ws'; chain: number; key: string; ws?: string | null }
  | { op: 'move'; chain: number; key: string; to: number }
  | { op: 'remove-endpoint'; chain: number; key: string }
  | { op: 'add-label'; label: OwnLabel }
  | { op: 'remove-label'; match: string }
  | { op: 'deadline'; ms: number }
  | { op: 'max-body'; bytes: number }
  | { op: 'resolver'; resolver?: string | null }
  | { op: 'warn-law'; on: boolean }
  | { op: 'own-chain'; chain: number };

/** One label. */
export interface OwnLabel {
  /** Address, CIDR range (`127.10.0.0/16`, `fd00::/8`) or host name. */
  match: string;
  /** Key of a known network operator (`aws`, `hetzner`) or a name the person gave. */
  operator: string;
  /** Region code, if there is one. */
  region?: string;
  /** ISO 3166 country of the server; known for the regions of known clouds. */
  country?: string;
}

/** What a page gets when one lane answered and no other one could confirm it. */
export type Unconfirmed = 'answer' | 'error';

/** What a page gets when compared lanes disagree. */
export type Dispute = 'error' | 'majority';

/** How a chain's reads are answered. */
export type Mode = 'guard' | 'race' | 'rescue' | 'compare' | 'off';

export interface Trail {
  type: 'trail';
  /** Newest first. */
  races: Record[];
}
export interface Text {
  type: 'text';
  /** JSON text. */
  text: string;
}
export interface Changes {
  type: 'changes';
  /** Grouped by chain, with a section for changes outside chains. */
  sections: Section[];
}
export interface Probed {
  type: 'probed';
  /** EIP-155 id the endpoint answered with. */
  chain: number;
  /** Round trip in ms. */
  ms: number;
  /** Where it stands. */
  ground: GroundView;
  /** Level of the chain's verdict now. */
  level_before: Level;
  /** Level it would have with this endpoint. */
  level_after: Level;
  /** What adding it would do to the verdict: one sentence. */
  change: string;
}
export interface Presets {
  type: 'presets';
  /** The presets; first those of companies that run none of the chain's endpoints. */
  presets: Preset[];
}
export interface Problem {
  type: 'problem';
  /** Which field, as a path (`chains[0].endpoints[2].url`), or empty. */
  field: string;
  /** A stable word for tests and translation (`duplicate`, `wrong-chain`, …). */
  code: string;
  /** One sentence that says what is wrong and how to fix it. Never a whole URL. */
  message: string;
}
/** Answers to `PanelToCore`. */
export type PanelReply =
  | ({ type: 'snapshot' } & Snapshot)
  | Trail
  | { type: 'done' }
  | Text
  | Changes
  | Probed
  | Presets
  | Problem;

/** One preset. */
export interface Preset {
  /** EIP-155 chain id. */
  chain: number;
  /** Display name. */
  name: string;
  /** URL. */
  url: string;
  /** Key of the RPC operator. */
  operator: string;
  /** Whether it takes transactions privately. */
  private: boolean;
  /** What the operator says about the person's data, with a source. */
  note: string;
  /** What a test of it has shown, if it was tested. */
  test: TestView | null;
}

/** What the test of a preset has shown. */
export interface TestView {
  /** Round trip in ms; none if it did not serve the chain. */
  ms: number | null;
  /** Where it stands, in a few words. */
  place: string;
  /** The chain's level with it; none if it did not serve the chain. */
  level: Level | null;
}

/** How bad it is. A later one is worse. */
export type Level = 'none' | 'survives' | 'single' | 'cant-tell' | 'shared' | 'dark';

/** Where an endpoint stands, ready to show. */
export interface GroundView {
  /** Chip text, for example `AWS us-east-1`, `Cloudflare (origin hidden)`, `unknown`. */
  chip: string;
  /** Operator of the network, display name. */
  network: string | null;
  /** Company that runs the RPC service, display name. */
  operator: string | null;
  /** Region code. */
  region: string | null;
  /** ISO 3166 country of the server. */
  country: string | null;
  /** `us`, `us-nexus`, `none-known` or `unknown`. */
  jurisdiction: string;
  /** CDN, anycast or tunnel: the origin cannot be seen. */
  hidden: boolean;
  /** Whether this comes from the person's own label and not from evidence. */
  own_label: boolean;
  /** Evidence, one sentence each. */
  evidence: string[];
}

/** Changes that belong together. */
export interface Section {
  /** Their topic: a chain with its id, sites, labels. */
  title: string;
  /** One change each. */
  lines: ChangeLine[];
}

/** One change. */
export interface ChangeLine {
  /** The kind of change. */
  sign: Sign;
  /** What changes. */
  what: string;
  /** The value now, if there is one. */
  before: string | null;
  /** The value afterwards, if there is one. */
  after: string | null;
}

/** A kind of change. */
export type Sign = 'added' | 'removed' | 'changed';

/** One race. */
export interface Record {
  /** Start, ms since the Unix epoch. */
  at_ms: number;
  /** EIP-155 chain id. */
  chain: number;
  /** JSON-RPC method. */
  method: string;
  /** Host name of the site that asked. */
  site: string;
  /** Whether the page's own JSON-RPC call was rescued. */
  rescued: boolean;
  /** From the request to the answer, in ms. */
  took_ms: number;
  /** Display name of the lane that answered, `wallet`, or `None` if all failed. */
  answered_by: string | null;
  /** Why it ended like this: one word. */
  reason: string;
  /** The reason as a sentence. */
  why: string;
  /** Lanes tried, in order. */
  attempts: SendRecord[];
}

/** One send of one race. */
export interface SendRecord {
  /** Display name of the endpoint, or `wallet`. */
  lane: string;
  /** Why it was started: `best`, `hedge`, `race`, `compare`, …, or how the lane before it ended. */
  started_for: string;
  /** When it was sent, in ms from the start of the race. */
  sent_ms: number;
  /** How long it took, in ms, once it ended. */
  took_ms: number | null;
  /** How it ended: `answer`, `chain-error`, `empty`, `stale`, `refused`, `unable`, `fault`, `cancelled`, `pending`; `disputed` when another lane of a comparison answered something else, and none the same. */
  outcome: string;
}

/** Everything the popup and the options page show. */
export interface Snapshot {
  /** State of the requested site. */
  site: SiteView | null;
  /** Chains, in the person's order. */
  chains: ChainView[];
  /** Which chains a single failure would take down. */
  overall: OverallVerdict;
  /** Running drill. */
  drill: DrillView | null;
  /** Incidents, newest first. */
  incidents: IncidentView[];
  /** Whether the person wants to be warned about a shared country or law too. */
  warn_law: boolean;
  /** Date of the address data, `YYYY-MM-DD`. */
  data_date: string;
  /** A sentence if the address data is older than a year. */
  data_old: string | null;
  /** Why the stored settings could not be read, if that is so. */
  settings_problem: string | null;
}

/** One incident, ready to show. */
export interface IncidentView {
  /** One sentence: what fails, since when, who serves. */
  sentence: string;
  /** What to do now, if there is something and the incident goes on. */
  advice: string | null;
  /** Chains of which no endpoint answers, or answered. Empty if others served. */
  dark: number[];
  /** Start, ms since the Unix epoch. */
  since_ms: number;
  /** End, ms since the Unix epoch, once it ended. */
  ended_ms: number | null;
}

/** A running or finished drill, ready to show. */
export interface DrillView {
  /** What is dark. */
  target: Domain;
  /** Its display name. */
  name: string;
  /** Start, ms since the Unix epoch. */
  started_ms: number;
  /** End, ms since the Unix epoch. */
  ends_ms: number;
  /** Whether it still runs. */
  running: boolean;
  /** Reads asked. */
  asked: number;
  /** Reads answered. */
  answered: number;
  /** Slowest answer, ms. */
  slowest_ms: number;
  /** Chains that would have been lost. */
  lost: number[];
  /** Transactions it stepped aside for. */
  stepped_aside: number;
  /** All of it in one sentence. */
  sentence: string;
}

/** The verdict over all chains, ready to show. */
export interface OverallVerdict {
  /** The worst level of any chain. */
  level: Level;
  /** One sentence. */
  sentence: string;
  /** Names of the chains of this level. */
  worst: string[];
  /** Domains whose failure would take down whole chains, worst first. */
  losses: ChainLoss[];
  /** Herfindahl-Hirschman index over network groups of all endpoints, 0 to 10,000. */
  hhi: number | null;
}

/** The chains that the failure of one domain would take down. */
export interface ChainLoss {
  /** The domain. */
  domain: Domain;
  /** Its display name. */
  name: string;
  /** Names of the chains that would have no endpoint left. */
  chains: string[];
}

/** One chain. */
export interface ChainView {
  /** EIP-155 id. */
  id: number;
  /** Display name. */
  name: string;
  /** Mode the person chose. */
  mode: Mode;
  /** What a page gets when compared lanes disagree. */
  dispute: Dispute;
  /** What a page gets when no other lane confirms an answer. */
  unconfirmed: Unconfirmed;
  /** Whether a page uses it now. */
  in_use: boolean;
  /** Whether only sites that the person allowed may use it. */
  consent: boolean;
  /** Whether that is because the person marked it. */
  ask_sites: boolean;
  /** Endpoints, in the person's order. */
  endpoints: EndpointView[];
  /** Breakwater's verdict on them. */
  verdict: ChainVerdict;
}

/** The verdict of one chain, ready to show. */
export interface ChainVerdict {
  /** How bad it is. */
  level: Level;
  /** Why. */
  reason: Reason;
  /** A few words for a pill: `Survives any one outage`, `One cloud`. */
  word: string;
  /** One sentence. */
  sentence: string;
  /** How many endpoints answer, if some do not: `1 of 3 answers now.` */
  health: string | null;
  /** How many endpoints are certainly left, whatever one operator, network or region goes dark. */
  left: number;
  /** What they share of country and law, in a few words each: stands beside the verdict, without a colour. */
  beside: string[];
  /** The smallest change that clears it, if there is one. */
  advice: string | null;
  /** The best of the presets that were tested, if adding it would help. */
  offer: OfferView | null;
  /** Names of presets that could clear it and were not tested. Where one stands is learnt by a test. */
  presets: string[];
  /** Every failure domain, worst first, with what is left when it goes dark. */
  domains: DomainLine[];
  /** Herfindahl-Hirschman index over network groups, 0 to 10,000. */
  hhi: number | null;
}

/** What the failure of one domain would leave. */
export interface DomainLine {
  /** The domain. */
  domain: Domain;
  /** Its display name. */
  name: string;
  /** Endpoints on it. */
  on: number;
  /** Endpoints that are not on it and answered lately. */
  left: number;
  /** Those of them that are certainly elsewhere: seen, and not hidden. */
  sure: number;
  /** Survives, cannot be told or shared. None for a country or a law, which stand beside the verdict. */
  level: Level | null;
}

/** A tested preset that would help a chain's verdict. */
export interface OfferView {
  /** Display name. */
  name: string;
  /** URL, to be added as it is. */
  url: string;
  /** Key of the RPC operator. */
  operator: string;
  /** Where it stands, in a few words. */
  place: string;
  /** Round trip of the test, in ms. */
  ms: number;
  /** The chain's level with it. */
  level: Level;
  /** One sentence that names it and says what adding it does. */
  sentence: string;
}

/** Why the level is what it is. */
export type Reason = 'no-endpoints' | 'survives' | 'single' | 'hidden' | 'not-seen' | 'offline' | 'shared' | 'thin' | 'all-dark';

/** One endpoint, as our own pages show it. */
export interface EndpointView {
  /** Stable key of the endpoint in edits: 16 hex digits that do not reveal the URL. */
  key: string;
  /** Display name. */
  name: string;
  /** URL with everything that may be a secret replaced by `…`. */
  url: string;
  /** Whether it is asked at all. */
  enabled: boolean;
  /** Whether it takes transactions privately. */
  private: boolean;
  /** Whether it answers `debug_` and `trace_` reads. */
  traces: boolean;
  /** Where it stands. */
  ground: GroundView;
  /** Health dot: `good`, `slow`, `resting`, `down`, `unknown`, `wrong-chain`, `no-permission`, `drill`. */
  health: string;
  /** One sentence that explains the dot. */
  why: string;
  /** Median latency in ms, if known, and if it answers now. */
  p50_ms: number | null;
  /** Newest block it has shown, if known. */
  head: number | null;
  /** Its WebSocket URL, redacted, if it has one. */
  ws: string | null;
  /** Whether its WebSocket announces the chain's new blocks now. */
  live: boolean;
}

/** One site. */
export interface SiteView {
  /** Host name. */
  host: string;
  /** Whether Breakwater works there. */
  on: boolean;
  /** Whether its reads are protected now. */
  shield: Shield;
  /** Whether the page's own JSON-RPC calls are rescued there. */
  direct: boolean;
  /** Chains that open documents of this site use now. */
  chains: number[];
  /** Whether an open document of this site has a wallet that cannot be guarded. Frames of other sites do not count: see `frames`. */
  locked: boolean;
  /** One sentence for each call that its wallets have not answered for a while, and what they are waiting for. */
  waits: string[];
  /** One sentence for each wallet met on this site: the endpoint it is known to ask by default, with a source, or that it is not known. */
  wallets: string[];
  /** What frames of other sites report about their wallets: one sentence each, which names the frame. */
  frames: string[];
  /** Chains that a document of this tab asked for and that need the person's permission. */
  asks: AskView[];
}

/** A chain that needs the person's permission, and the site that asks for it. */
export interface AskView {
  /** EIP-155 id. */
  chain: number;
  /** Display name of the chain. */
  name: string;
  /** Host name of the site that asks. */
  host: string;
  /** Whether it is a frame of another site. */
  frame: boolean;
}

/** Whether the reads of a site are protected now: the worst of the chains that it uses. */
export type Shield = 'idle' | 'protected' | 'wallet-only' | 'not-seen' | 'offline' | 'dark' | 'no-permission' | 'off';

export interface FileOut {
  version: number;
  deadline_ms: number;
  max_body_bytes: number;
  own_chain: number;
  chains: ChainOut[];
  sites_off: string[];
  direct_off: string[];
  labels: OwnLabel[];
  resolver?: string;
  warn_law?: boolean;
}

export interface ChainOut {
  id: number;
  name: string;
  mode: Mode;
  dispute: Dispute;
  unconfirmed: Unconfirmed;
  ask_sites: boolean;
  sites_allowed: string[];
  sites_denied: string[];
  endpoints: EndpointOut[];
}

export interface EndpointOut {
  url: string;
  name: string;
  enabled: boolean;
  private: boolean;
  traces?: boolean;
  headers: { [key: string]: string };
  operator?: string;
  ws?: string;
}
