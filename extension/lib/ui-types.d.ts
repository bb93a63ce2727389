// The shapes of src/protocol.rs that our pages read. Nothing of this file ships.

export type Mode = "guard" | "race" | "rescue" | "compare" | "off";
export type Level = "none" | "unknown" | "diverse" | "caution" | "warning";
export interface Domain { kind: "operator" | "network" | "region" | "country" | "jurisdiction"; key: string }
export interface DomainLine { domain: Domain; name: string; on: number; left: number }
export interface Verdict { level: Level; reason: string; sentence: string; advice?: string | null; presets: string[]; domains: DomainLine[]; hhi?: number | null }
export interface Ground {
  chip: string; network?: string | null; operator?: string | null; region?: string | null; country?: string | null;
  jurisdiction: string; hidden: boolean; own_label?: boolean; evidence: string[];
}
export interface Endpoint {
  key: string; name: string; url: string; enabled: boolean; private: boolean; traces?: boolean; ground: Ground;
  health: string; why: string; p50_ms?: number | null; head?: number | null; ws?: string | null; live: boolean;
}
export interface Chain {
  consent?: boolean; ask_sites?: boolean;
  id: number; name: string; mode: Mode; dispute: "error" | "majority"; unconfirmed: "answer" | "error"; in_use: boolean; endpoints: Endpoint[]; verdict: Verdict;
}
export interface Site { host: string; on: boolean; direct: boolean; chains: number[]; locked?: boolean; waits?: string[]; wallets?: string[]; frames?: string[]; asks?: ChainAsk[] }
/** A private chain that a document of the tab asked for, and the host the person is asked about. */
export interface ChainAsk { chain: number; name: string; host: string; frame: boolean }
export interface Drill {
  target: Domain; name: string; started_ms: number; ends_ms: number; running: boolean;
  asked: number; answered: number; slowest_ms: number; lost: number[]; stepped_aside: number; sentence: string;
}
export interface Incident { sentence: string; since_ms: number; ended_ms?: number | null }
export interface Overall {
  level: Level; sentence: string; losses: { domain: Domain; name: string; chains: string[] }[]; hhi?: number | null;
}
export interface Snapshot {
  site?: Site | null; chains: Chain[]; overall: Overall; drill?: Drill | null; incidents: Incident[];
  data_date: string; data_old?: string | null; settings_problem?: string | null;
}
export interface Attempt { lane: string; started_for: string; sent_ms: number; took_ms?: number | null; outcome: string }
export interface Race {
  at_ms: number; chain: number; method: string; site: string; took_ms: number;
  answered_by?: string | null; reason: string; why: string; attempts: Attempt[];
}
export interface Preset { chain: number; name: string; url: string; operator: string; private: boolean; note: string }
export interface Problem { type: "problem"; field: string; code: string; message: string }
export interface Probed { chain: number; ms: number; ground: Ground; level_before: Level; level_after: Level; change: string }
export interface Change { sign: "added" | "removed" | "changed"; what: string; before?: string | null; after?: string | null }
export interface Section { title: string; lines: Change[] }
/** The settings file, as export writes it. */
export interface Settings {
  version: 1; deadline_ms: number; max_body_bytes: number; own_chain: number;
  chains: { id: number; name: string; endpoints: StoredEndpoint[]; sites_allowed?: string[]; sites_denied?: string[] }[];
  sites_off: string[]; direct_off: string[]; labels: Label[]; resolver?: string;
}
export interface StoredEndpoint {
  url: string; name: string; enabled: boolean; private: boolean; traces?: boolean; headers: Record<string, string>; operator?: string; ws?: string;
}
export interface Label { match: string; operator: string; region?: string; country?: string }
