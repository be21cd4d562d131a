import { excerpt } from "../../model/excerpt.ts";
import { canonicalJson, isRecord } from "../../model/json.ts";
import type { Difference } from "../../model/lifecycle.ts";
import { redactor, type Redact } from "../../model/redactor.ts";
import type { HostedProcess } from "../../ports/process-host.ts";
import type { ProcessParameters, WantedVariables } from "./process-options.ts";

const HIDDEN = "***";
/** What differs between two long commands often stands at their end. */
const SHOWN_CHARACTERS = 300;

/**
 * Says how a process is declared, for when it is looked at later.
 *
 * @param parameters - Its options.
 * @returns Text without secrets: where they are is in it, not what they are.
 */
export function declarationOf({ command, cwd, envVars, logFile }: ProcessParameters): string {
  return canonicalJson({ command, cwd, envVars, logFile });
}

/**
 * Compares a process with how it should be run: as it was declared when it was started, as its command line may have been
 * rewritten since, by itself or by the system.
 *
 * @param running - The process.
 * @param parameters - How it should be run.
 * @param wanted - Its variables, looked up.
 * @returns Differences, without secrets.
 */
export function processDifferences(
  running: HostedProcess,
  parameters: ProcessParameters,
  wanted: WantedVariables,
): readonly Difference[] {
  const was = parse(running.declaration);
  const hide = redactor(wanted.secrets);
  const fields = ["command", "cwd", "logFile"] as const;
  const changed = fields.flatMap((field): Difference[] => {
    const [live, now] = [was[field] ?? null, parameters[field]];
    if (canonicalJson(live) === canonicalJson(now)) return [];
    const shown = (value: unknown): string | null => (value === null ? null : shownOf(value, hide));
    return [{ field, live: shown(live), wanted: shown(now) }];
  });
  const before = isRecord(was["envVars"]) ? was["envVars"] : {};
  return [...changed, ...variableDifferences({ running, before }, parameters.envVars, wanted)];
}

interface Before {
  readonly running: HostedProcess;
  /** Its variables, as they were declared. */
  readonly before: Readonly<Record<string, unknown>>;
}

function variableDifferences(
  { running, before }: Before,
  envVars: ProcessParameters["envVars"],
  wanted: WantedVariables,
): readonly Difference[] {
  const names = new Set([...Object.keys(envVars), ...Object.keys(before)]);
  return [...names].flatMap((name): Difference[] => {
    const now = valueAt(wanted.variables, name);
    const live = liveValue({ running, before }, envVars, name);
    // One whose secret is not there says nothing, unless it has never been set.
    const isMissing = wanted.missing.has(name);
    if (live === UNKNOWN || (isMissing ? live !== null : live === now)) return [];
    // Also what has been a secret until now.
    const isSecret = [envVars, before].some((of) => isReference(valueAt(of, name)));
    const hide = (value: string | null): string | null => {
      if (value === null) return null;
      return isSecret || wanted.secrets.includes(value) ? HIDDEN : excerpt(value);
    };
    return [
      {
        field: `envVars.${excerpt(name)}`,
        live: hide(live),
        wanted: isMissing ? HIDDEN : hide(now),
      },
    ];
  });
}

const UNKNOWN = Symbol("unknown");

// Of what has written over its environment, only the declaration is known: a secret in it may have been exchanged since.
function liveValue(
  { running, before }: Before,
  envVars: ProcessParameters["envVars"],
  name: string,
): string | null | typeof UNKNOWN {
  if (running.environment !== null) return valueAt(running.environment, name);
  const was = valueAt(before, name);
  if (typeof was === "string" || was === null) return was;
  return canonicalJson(was) === canonicalJson(valueAt(envVars, name)) ? UNKNOWN : HIDDEN;
}

function isReference(value: unknown): boolean {
  return value !== null && typeof value !== "string";
}

function valueAt<T>(values: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

function parse(declaration: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(declaration ?? "{}");
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function shownOf(value: unknown, hide: Redact): string {
  const text = typeof value === "string" ? value : canonicalJson(value);
  return excerpt(hide(text), SHOWN_CHARACTERS);
}
