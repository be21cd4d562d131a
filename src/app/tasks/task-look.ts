import { isRecord } from "../../model/json.ts";
import { shownValue } from "../../model/options.ts";
import type { Task } from "../../model/task.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { Finding, Look } from "../../model/watch-state.ts";
import { builtInCheck, type CheckAnswer, type TaskFinding } from "./built-in.ts";
import { brief, fewWords, withinLimit, type Running } from "./task-run.ts";

/**
 * Looks at a task: carries out its check, and makes of its answer what can be judged.
 *
 * @param running - The task, and whether its check still runs.
 * @param signal - Ends the look early.
 * @returns What was seen. It never rejects.
 */
export async function look(running: Running<CheckAnswer>, signal: AbortSignal): Promise<Look> {
  const { task, parts } = running;
  const { clock } = parts.world;
  const at = clock.now();
  const startedMs = clock.elapsedMs();
  const finding = await find(running, signal);
  const isWarning = finding.verdict === "fail" && finding.severity === "warn";
  const durationMs = Math.round((clock.elapsedMs() - startedMs) * 1_000) / 1_000;
  return {
    at,
    verdict: isWarning ? "pass" : finding.verdict,
    isDegraded: isWarning,
    sync: "unknown",
    isConclusive: false,
    findings: findingsOf(task, finding),
    durationMs: finding.verdict === "skipped" ? null : durationMs,
  };
}

function findingsOf(task: Task, finding: TaskFinding): readonly Finding[] {
  const { verdict, severity = "fail", expected = "", actual = "" } = finding;
  if (verdict === "pass" || verdict === "skipped") return [];
  return [
    {
      name: task.checkType,
      verdict,
      severity,
      claim: expected === "" ? `${task.checkType} passes` : fewWords(expected),
      expected: expected === "" ? "pass" : fewWords(expected),
      actual: actual === "" ? verdict : fewWords(actual),
    },
  ];
}

async function find(running: Running<CheckAnswer>, signal: AbortSignal): Promise<TaskFinding> {
  const { task, parts, run } = running;
  const { logger } = parts;
  if (run.isUnderWay) {
    const actual = "the check before has not ended: it takes no notice of its signal";
    logger.warning(actual);
    return { verdict: "fail", actual };
  }
  const end = await withinLimit(running, { signal, seconds: task.checkTimeoutSeconds }, (ends) =>
    callCheck(running, ends),
  );
  if (end.how === "returned") return readAnswer(end.value);
  if (end.how === "late") {
    return { verdict: "fail", actual: `no end within ${String(task.checkTimeoutSeconds)} s` };
  }
  if (end.how === "aborted") return { verdict: "error", actual: "aborted" };
  // Where it was thrown, only the log has room for.
  logger.exception(`the check ${task.checkType} threw`, end.thrown);
  return { verdict: "fail", actual: `the check threw ${brief(end.thrown)}` };
}

async function callCheck(
  { task, parts }: Running<CheckAnswer>,
  signal: AbortSignal,
): Promise<CheckAnswer> {
  const builtIn = builtInCheck(parts.check);
  if (builtIn === null || task.checkValues === null) {
    return await parts.check(task.checkConfig, parts.logger, { signal });
  }
  return await builtIn.run(task.checkValues, { task, world: parts.world, signal, reason: "" });
}

const VERDICTS: ReadonlySet<unknown> = new Set([
  "pass",
  "fail",
  "error",
  "skipped",
] satisfies Verdict[]);

// A function of a program without types may return anything: what is no verdict is as true as the language has it.
function readAnswer(answer: unknown): TaskFinding {
  if (isVerdict(answer)) return { verdict: answer };
  if (!isRecord(answer) || !isVerdict(answer["verdict"])) {
    return { verdict: answer === true ? "pass" : "fail", ...strange(answer) };
  }
  const { verdict, expected, actual, severity } = answer;
  return {
    verdict,
    severity: severity === "warn" ? "warn" : "fail",
    ...(typeof expected === "string" ? { expected } : {}),
    ...(typeof actual === "string" ? { actual } : {}),
  };
}

function isVerdict(value: unknown): value is Verdict {
  return VERDICTS.has(value);
}

function strange(answer: unknown): { readonly actual?: string } {
  if (typeof answer === "boolean") return {};
  return { actual: `the check must return true, false or a verdict: got ${shownValue(answer)}` };
}
