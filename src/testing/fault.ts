import { unknownTarget } from "../engine/deploy/pair-up.ts";
import { ConfigurationError, type Diagnostic } from "../model/diagnostic.ts";
import { durationMs } from "../model/duration.ts";
import { closest, quoted } from "../model/wording.ts";

/** What may go wrong with one resource. */
export type ResourceFault = "dies" | "hangs" | "slow" | "answers-500" | "removed" | "drifts";

/** What may go wrong with everything at once. */
export type WorldFault = "engine" | "disk" | "dns" | "clock" | "killed";

/** Something that goes wrong in a simulation, at some time. */
export interface Fault {
  readonly kind: ResourceFault | WorldFault;
  /** Null when it concerns everything. */
  readonly resource: string | null;
  /** In milliseconds from the beginning. */
  readonly atMs: number;
  /** How long it lasts, in milliseconds; null for once, or until the end. */
  readonly forMs: number | null;
  /** By how much the clock jumps, in milliseconds; 0 for all others. */
  readonly byMs: number;
  /** As it was written. */
  readonly text: string;
}

const OF_RESOURCES: readonly (readonly [words: string, kind: ResourceFault])[] = [
  ["dies", "dies"],
  ["hangs", "hangs"],
  ["is slow", "slow"],
  ["answers 500", "answers-500"],
  ["is removed", "removed"],
  ["drifts", "drifts"],
];

const OF_ALL: readonly (readonly [words: string, kind: WorldFault])[] = [
  ["engine unreachable", "engine"],
  ["engine is unreachable", "engine"],
  ["disk full", "disk"],
  ["disk is full", "disk"],
  ["dns fails", "dns"],
  ["clockwork is killed", "killed"],
];

/** What happens in a moment, and has no length. */
const MOMENTARY: ReadonlySet<Fault["kind"]> = new Set(["removed", "drifts", "clock"]);

/** Every form that there is, for those who missed it. */
const FAULT_FORMS: readonly string[] = [
  "RESOURCE dies | hangs | is slow | answers 500 [for DURATION]",
  "RESOURCE is removed | drifts",
  "engine unreachable | disk full | dns fails [for DURATION]",
  "clock jumps +2h",
  "clockwork is killed [for DURATION]",
];

const LIMIT_CHARACTERS = 300;
const JUMPS = "clock jumps ";

/**
 * Reads what is to go wrong: `nginx-web dies at 10m`, `engine unreachable at 1h for 5m`, `clock jumps +2h at 30m`.
 *
 * @param text - As a person wrote it.
 * @param resources - Names of the resources that there are.
 * @returns The fault.
 * @throws {@link ConfigurationError} When it makes no sense; it says what there is.
 */
export function parseFault(text: string, resources: readonly string[]): Fault {
  if (text.length > LIMIT_CHARACTERS) {
    throw refusal(`must be at most ${String(LIMIT_CHARACTERS)} characters`, "one fault each");
  }
  const words = text.trim().split(/\s+/u).join(" ");
  const { what, atMs, forMs } = timesOf(words);
  const { kind, resource, byMs } = whatOf(what, resources);
  if (forMs !== null && MOMENTARY.has(kind)) {
    throw refusal(`${quoted(what)} happens once: it takes no "for"`, "leave that out");
  }
  return { kind, resource, atMs, forMs, byMs, text: words };
}

function timesOf(words: string): Pick<Fault, "atMs" | "forMs"> & { readonly what: string } {
  const found = /^(?<what>.+) at (?<at>\S+)(?: for (?<length>\S+))?$/u.exec(words)?.groups;
  const { what, at, length } = found ?? {};
  if (what === undefined || at === undefined) {
    throw refusal(`must be WHAT at TIME: got ${quoted(words)}`, forms());
  }
  return { what, atMs: timeOf(at), forMs: length === undefined ? null : timeOf(length) };
}

function timeOf(text: string): number {
  const valueMs = durationMs(text);
  if (valueMs !== null) return valueMs;
  throw refusal(`must have a time such as 90s, 10m, 1h30m: got ${quoted(text)}`, null);
}

function whatOf(
  what: string,
  resources: readonly string[],
): Pick<Fault, "kind" | "resource" | "byMs"> {
  const ofAll = OF_ALL.find(([words]) => words === what);
  if (ofAll !== undefined) return { kind: ofAll[1], resource: null, byMs: 0 };
  if (what.startsWith(JUMPS)) {
    return { kind: "clock", resource: null, byMs: jumpOf(what.slice(JUMPS.length)) };
  }
  const end = what.indexOf(" ");
  const name = end === -1 ? what : what.slice(0, end);
  const rest = end === -1 ? "" : what.slice(end + 1);
  const ofResource = OF_RESOURCES.find(([words]) => words === rest);
  if (ofResource === undefined)
    throw refusal(`cannot go wrong like this: ${quoted(what)}`, near(rest));
  if (!resources.includes(name)) throw new ConfigurationError([unknownTarget(name, resources)]);
  return { kind: ofResource[1], resource: name, byMs: 0 };
}

function jumpOf(text: string): number {
  const byMs = durationMs(text.slice(1));
  if (byMs !== null && text.startsWith("+")) return byMs;
  if (byMs !== null && text.startsWith("-")) return -byMs;
  throw refusal(
    `must jump by +DURATION or -DURATION: got ${quoted(text)}`,
    "clock jumps +2h at 10m",
  );
}

function near(words: string): string {
  const meant = closest(
    words,
    OF_RESOURCES.map(([each]) => each),
  );
  return meant === null ? forms() : `did you mean ${quoted(meant)}?`;
}

function forms(): string {
  return `there are: ${FAULT_FORMS.join("; ")}; each with at TIME`;
}

function refusal(message: string, hint: string | null): ConfigurationError {
  const place = { file: "", line: null, column: null, property: "--fault" };
  const problem: Diagnostic = { ...place, code: "usage-invalid", message, hint };
  return new ConfigurationError([problem]);
}
