import { excerpt } from "./excerpt.ts";
import { isRecord } from "./json.ts";

/** How bad a vulnerability is, from the least to the worst. */
export const SEVERITIES = ["none", "low", "medium", "high", "critical"] as const;

/** How bad a vulnerability is. */
export type VulnerabilitySeverity = (typeof SEVERITIES)[number];

/** One vulnerability, however often it was found. */
export interface Finding {
  /** Such as `CVE-2024-3094`, at most 200 characters. */
  readonly id: string;
  readonly severity: VulnerabilitySeverity;
  /** What the scanner says of it, on one line, at most 200 characters; may be empty. */
  readonly message: string;
}

interface Rule {
  readonly id: string | null;
  readonly score: number | null;
  readonly tags: readonly string[];
  readonly level: string | null;
}

const UNKNOWN_RULE: Rule = { id: null, score: null, tags: [], level: null };

type UnknownRecord = Readonly<Record<string, unknown>>;

const LIMIT_CHARACTERS = 200;
/** How many different vulnerabilities one report may have. */
export const SARIF_LIMIT_FINDINGS = 100_000;
const LIMIT_TAGS = 100;

/** Results of these kinds say that all is well, or say nothing. */
const HARMLESS_KINDS: ReadonlySet<unknown> = new Set(["pass", "notApplicable", "informational"]);

const LEVELS: ReadonlyMap<string, VulnerabilitySeverity> = new Map([
  ["error", "high"],
  ["warning", "medium"],
  ["note", "low"],
  ["none", "none"],
]);

/** Least scores of CVSS version 3 for each severity. */
const SCORES: readonly (readonly [number, VulnerabilitySeverity])[] = [
  [9, "critical"],
  [7, "high"],
  [4, "medium"],
  [0.1, "low"],
];

/** It is no report in this format. */
export class SarifError extends Error {
  override readonly name: string = "SarifError";
}

/**
 * Reads the vulnerabilities out of a report in the Static Analysis Results Interchange Format, version 2.1.
 *
 * A severity is the worse of what the CVSS score in `security-severity` says and what is among the rule's tags, otherwise
 * that of the level. Results that are suppressed, gone since the baseline, or of a kind that says that all is well are left out.
 *
 * @param text - The report.
 * @returns Each vulnerability once, with the worst severity it was found with; at most 100,000.
 * @throws {@link SarifError} When it is no such report.
 * @see OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020.
 */
export function readSarif(text: string): readonly Finding[] {
  const report = parse(text);
  const runs = isRecord(report) ? report["runs"] : null;
  if (!isRecord(report) || !Array.isArray(runs) || runs.length === 0) {
    throw new SarifError("it has no runs");
  }
  const version = report["version"];
  if (typeof version !== "string" || !version.startsWith("2.")) {
    throw new SarifError("it is not version 2.1 of SARIF");
  }
  const findings = new Map<string, Finding>();
  for (const run of runs) {
    if (!isRecord(run)) throw new SarifError("one of its runs is no object");
    readRun(run, findings);
  }
  return [...findings.values()];
}

/**
 * Tells whether one severity is worse than another.
 *
 * @param one - A severity.
 * @param other - What it is compared with.
 * @returns True when it is.
 */
export function isWorse(one: VulnerabilitySeverity, other: VulnerabilitySeverity): boolean {
  return SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SarifError("it is not JSON");
  }
}

function readRun(run: UnknownRecord, findings: Map<string, Finding>): void {
  const results = run["results"];
  // A run without results is one that did not come to an end, says the standard.
  if (!Array.isArray(results)) throw new SarifError("one of its runs has no results");
  if (records(run["invocations"]).some((each) => each["executionSuccessful"] === false)) {
    throw new SarifError("one of its runs did not succeed");
  }
  const driver = nested(nested(run, "tool"), "driver");
  const listed = rulesOf(driver);
  const extensions = records(nested(run, "tool")["extensions"]).flatMap(rulesOf);
  const rules = new Map([...extensions, ...listed].map((rule) => [rule.id, rule]));
  for (const result of results) {
    if (!isRecord(result)) throw new SarifError("one of its results is no object");
    if (isHarmless(result)) continue;
    addFinding(findings, findingOf(result, listed, rules));
  }
}

function isHarmless(result: UnknownRecord): boolean {
  if (HARMLESS_KINDS.has(result["kind"]) || result["baselineState"] === "absent") return true;
  const suppressions = records(result["suppressions"]);
  return suppressions.some(({ status }) => status === undefined || status === "accepted");
}

function findingOf(
  result: UnknownRecord,
  listed: readonly Rule[],
  rules: ReadonlyMap<string | null, Rule>,
): Finding {
  const reference = nested(result, "rule");
  const id = textOf(result["ruleId"]) ?? textOf(reference["id"]);
  const rule =
    (id === null ? undefined : rules.get(id)) ??
    ruleAt(listed, result["ruleIndex"] ?? reference["index"]);
  const message = textOf(nested(result, "message")["text"]) ?? "";
  return {
    id: excerpt(id ?? rule.id ?? "unnamed", LIMIT_CHARACTERS),
    severity: severityOf(result, rule),
    message: excerpt(message, LIMIT_CHARACTERS),
  };
}

// An index counts within the driver's rules unless it names an extension, which then has an id too.
function ruleAt(listed: readonly Rule[], index: unknown): Rule {
  return (typeof index === "number" ? listed[index] : undefined) ?? UNKNOWN_RULE;
}

function severityOf(result: UnknownRecord, rule: Rule): VulnerabilitySeverity {
  const score = scoreOf(nested(result, "properties")) ?? rule.score;
  const said = [...severitiesOfScore(score), ...severitiesOfTags(rule.tags)];
  const level = textOf(result["level"]) ?? rule.level ?? "warning";
  return SEVERITIES.findLast((each) => said.includes(each)) ?? LEVELS.get(level) ?? "medium";
}

function severitiesOfScore(score: number | null): readonly VulnerabilitySeverity[] {
  if (score === null) return [];
  return [SCORES.find(([least]) => score >= least)?.[1] ?? "none"];
}

function severitiesOfTags(tags: readonly string[]): readonly VulnerabilitySeverity[] {
  return SEVERITIES.filter((severity) => tags.includes(severity));
}

function addFinding(findings: Map<string, Finding>, finding: Finding): void {
  const known = findings.get(finding.id);
  if (known === undefined && findings.size >= SARIF_LIMIT_FINDINGS) {
    throw new SarifError(`it has more than ${String(SARIF_LIMIT_FINDINGS)} findings`);
  }
  if (known === undefined || isWorse(finding.severity, known.severity)) {
    findings.set(finding.id, finding);
  }
}

function rulesOf(component: UnknownRecord): readonly Rule[] {
  return records(component["rules"]).map((rule) => {
    const properties = nested(rule, "properties");
    const tags: readonly unknown[] = Array.isArray(properties["tags"]) ? properties["tags"] : [];
    return {
      id: textOf(rule["id"]),
      score: scoreOf(properties),
      tags: tags
        .slice(0, LIMIT_TAGS)
        .flatMap((tag) => (typeof tag === "string" ? [tag.toLowerCase()] : [])),
      level: textOf(nested(rule, "defaultConfiguration")["level"]),
    };
  });
}

// From 0 to 10, as text; GitHub's convention, which scanners follow.
function scoreOf(properties: UnknownRecord): number | null {
  const written = properties["security-severity"];
  const isNumeral = typeof written === "string" && /^\d{1,2}(?:\.\d{1,6})?$/u.test(written);
  const score = typeof written === "number" ? written : isNumeral ? Number(written) : NaN;
  return score >= 0 && score <= 10 ? score : null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function nested(parent: UnknownRecord, name: string): UnknownRecord {
  const value = parent[name];
  return isRecord(value) ? value : {};
}

function records(value: unknown): readonly UnknownRecord[] {
  return Array.isArray(value) ? value.map((entry: unknown) => (isRecord(entry) ? entry : {})) : [];
}
