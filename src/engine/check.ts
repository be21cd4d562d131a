import { CannotObserveError, HealthCheckError, TransportError } from "../model/errors.ts";
import { ABORTED, type HealthResult, type ServiceConfig } from "../model/service.ts";
import type { Transport } from "../ports/transport.ts";
import { attempt, type AttemptContext } from "./attempt.ts";
import type { Pass } from "./gate.ts";
import { withRetry, type RetryPolicy } from "./retry.ts";
import { serviceCheckOf, type ServiceCheck } from "./service-check.ts";

/** What a check needs of the world, and how often it may try. */
export interface CheckContext extends AttemptContext {
  readonly retry: RetryPolicy;
}

/** Tries after our own files or ports ran out. By then the gate lets in fewer than were under way when they did. */
const EXHAUSTION_TRIES = 10;
const EXHAUSTION_PAUSE_MS = 100;

/** One attempt and no more. */
export const NO_RETRY: RetryPolicy = { maxAttempts: 1, delay: 0 };

/**
 * Checks one service.
 *
 * @param config - The service, and what it should answer.
 * @param context - What the check needs of the world.
 * @param firstPass - The right to begin; it is waited for when there is none.
 * @returns A result for any answer, also a wrong one.
 * @throws {@link HealthCheckError} When no answer came; one of its subclasses.
 * @throws {@link TypeError} When the configuration is wrong; likewise {@link RangeError}.
 */
export async function check(
  config: ServiceConfig,
  context: CheckContext,
  firstPass?: Pass,
): Promise<HealthResult> {
  const service = serviceCheckOf(config);
  let pass = firstPass;
  let attempts = 0;
  const result = await withRetry(
    async (number) => {
      attempts = number;
      const own = pass;
      pass = undefined;
      return await attemptWithinMeans(service, context, own);
    },
    context.retry,
    (delayMs) => pause(delayMs, context),
  );
  return attempts === 1 ? result : { ...result, attempts };
}

/**
 * Checks many services at once, within the limits of the gate.
 *
 * @param configs - The services.
 * @param context - What the checks need of the world.
 * @param onResult - Called with each result as it comes, and its place in `configs`; it must not throw.
 * @returns One result for each service, in the order given, whatever happened to it.
 */
export function checkAll(
  configs: readonly ServiceConfig[],
  context: CheckContext,
  onResult?: (result: HealthResult, index: number) => void,
): Promise<HealthResult[]> {
  return new Promise((resolve) => {
    const results = new Array<HealthResult>(configs.length);
    let left = configs.length;
    const settle = (result: HealthResult, index: number): void => {
      results[index] = result;
      onResult?.(result, index);
      left -= 1;
      if (left === 0) resolve(results);
    };
    if (left === 0) resolve(results);
    // Those who wait hold no promise and no frame yet: a long list costs memory only for what is under way.
    configs.forEach((config, index) => {
      context.gate.queue({
        host: URL.parse(urlOf(config))?.host ?? "",
        admit: (pass) => {
          void checkToResult(config, context, pass).then((result) => {
            settle(result, index);
          });
        },
        refuse: (reason) => {
          settle(failedResult(config, context, reason), index);
        },
      });
    });
  });
}

/**
 * Checks one service and turns whatever goes wrong into a result.
 *
 * @param config - The service, and what it should answer.
 * @param context - What the check needs of the world.
 * @param firstPass - The right to begin; it is waited for when there is none.
 * @returns The result; with the verdict `error` for a bug, an abort, or when our own machine failed.
 */
async function checkToResult(
  config: ServiceConfig,
  context: CheckContext,
  firstPass?: Pass,
): Promise<HealthResult> {
  try {
    return await check(config, context, firstPass);
  } catch (error) {
    return failedResult(config, context, error);
  } finally {
    firstPass?.leave();
  }
}

function failedResult(config: ServiceConfig, context: CheckContext, error: unknown): HealthResult {
  const result: HealthResult = {
    serviceName: nameOf(config),
    isHealthy: false,
    responseTimeMs: null,
    statusCode: null,
    error: error instanceof Error ? error.message : String(error),
  };
  if (error === context.cancellation.reason()) {
    return { ...result, verdict: "error", error: ABORTED };
  }
  if (!(error instanceof HealthCheckError)) {
    return { ...result, verdict: "error", error: `unexpected ${String(error)}` };
  }
  const { maxAttempts } = context.retry;
  return {
    ...result,
    ...(error instanceof CannotObserveError ? { verdict: "error" } : {}),
    ...(maxAttempts > 1 ? { attempts: maxAttempts } : {}),
  };
}

/**
 * Lets a transport load what it will need, before any check's time begins.
 *
 * @param transport - Any transport.
 * @param configs - What will be checked.
 */
export async function prepare(
  transport: Transport,
  configs: readonly ServiceConfig[],
): Promise<void> {
  await transport.prepare?.(configs.map(urlOf));
}

// Lists also come from callers without types: an entry that is no service at all gets its result like any other.
function urlOf(config: Partial<ServiceConfig> | null): string {
  return textOf(() => config?.url);
}

function nameOf(config: Partial<ServiceConfig> | null): string {
  return textOf(() => config?.name);
}

function textOf(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return "";
  }
}

// Makes one attempt, and makes it again when it failed only because our own files or ports ran out for a moment.
async function attemptWithinMeans(
  service: ServiceCheck,
  context: CheckContext,
  firstPass: Pass | undefined,
): Promise<HealthResult> {
  let pass = firstPass;
  for (let tries = 1; ; tries += 1) {
    try {
      pass ??= await context.gate.enter(service.url.host);
      return await attempt(service, context, pass);
    } catch (error) {
      pass = undefined;
      if (!isExhaustion(error) || tries >= EXHAUSTION_TRIES) throw error;
      await pause(EXHAUSTION_PAUSE_MS, context);
    }
  }
}

function isExhaustion(error: unknown): boolean {
  return (
    error instanceof CannotObserveError &&
    error.cause instanceof TransportError &&
    error.cause.isExhaustion
  );
}

async function pause(
  delayMs: number,
  { clock, cancellation }: Pick<CheckContext, "clock" | "cancellation">,
): Promise<void> {
  await cancellation.wait(clock, delayMs);
  cancellation.throwIfCancelled();
}
