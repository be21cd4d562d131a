import { dnsResolver } from "../adapters/network/dns-resolver.ts";
import { HttpTransport } from "../adapters/network/http-transport.ts";
import { systemResolver } from "../adapters/network/system-resolver.ts";
import { systemClock } from "../adapters/system/clock.ts";
import { openFileLimit } from "../adapters/system/open-file-limit.ts";
import { Cancellation } from "../engine/cancellation.ts";
import { check, checkAll, NO_RETRY, prepare, type CheckContext } from "../engine/check.ts";
import { Gate, type GateLimits } from "../engine/gate.ts";
import { validateRetryPolicy, type RetryPolicy } from "../engine/retry.ts";
import type { HealthResult, ServiceConfig } from "../model/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Transport } from "../ports/transport.ts";
import { packageVersion } from "./version.ts";

/** How one service is checked. */
export interface CheckOptions extends NetworkOptions {
  /** How requests are made; over the network by default. It is opened when it is not open yet, and left open. */
  readonly transport?: Transport;
  /** What timeouts and delays go by; the system's clock by default. */
  readonly clock?: Clock;
  /** Ends the check: the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How often to try when no answer comes; once by default. */
  readonly retry?: RetryPolicy;
  /** True for results that say where the time went; false by default. */
  readonly phases?: boolean;
}

/** How a list of services is checked. */
export interface CheckAllOptions extends CheckOptions {
  /** Ends the run: services without a result by then get one with the verdict `error` and the text `aborted`. */
  readonly signal?: AbortSignal;
  /** Checks under way at once; 25,000 by default, or 80 % of the open files this process may have if that is less. */
  readonly concurrency?: number;
  /** Checks under way at once towards one host and port; no limit by default. */
  readonly perHost?: number;
  /**
   * Called with each result as it comes, and its place in the list. What it throws is thrown into the process, as from any
   * event listener; the run goes on.
   */
  readonly onResult?: (result: HealthResult, index: number) => void;
}

/** A burst of this many new connections is what common listen queues take without loss. */
const OPENING_LIMIT = 1_000;
const IN_FLIGHT_LIMIT = 25_000;
const FILE_SHARE = 0.8;
const IDLE_LIMIT = 1_000;
const IDLE_SHARE = 0.1;

/**
 * Checks one HTTP service.
 *
 * @param config - The service, and what it should answer.
 * @param options - Transport, clock, signal and retries.
 * @returns A result for any answer. A wrong status is one too: `isHealthy` is false, and `error` names both.
 * @throws {@link ServiceUnreachableError} When no answer came.
 * @throws {@link HealthCheckTimeoutError} When the answer was not complete in time.
 * @throws {@link CannotObserveError} When our own machine failed; it says nothing about the service.
 * @throws {@link TypeError} When name or URL are invalid; {@link RangeError} for status, timeout or retries.
 * @example
 * ```ts
 * import { checkService, ServiceUnreachableError } from "clockwork";
 *
 * try {
 *   const { isHealthy, error } = await checkService({ name: "api", url: "http://127.0.0.1:8080/" });
 *   console.log(isHealthy ? "up" : error);
 * } catch (error) {
 *   if (error instanceof ServiceUnreachableError) console.log(error.reason);
 *   else throw error;
 * }
 * ```
 */
export async function checkService(
  config: ServiceConfig,
  options: CheckOptions = {},
): Promise<HealthResult> {
  return await withContext([config], options, (context) => check(config, context));
}

/**
 * Checks many HTTP services at once.
 *
 * It never throws for what a service, a network or a wrong configuration does: each service gets a result.
 *
 * @param configs - The services.
 * @param options - As for one service, with limits and a callback.
 * @returns One result for each service, in the order given.
 * @throws {@link RangeError} When `concurrency`, `perHost` or `retry` is out of range.
 * @example
 * ```ts
 * import { checkAllServices } from "clockwork";
 *
 * const results = await checkAllServices(
 *   [
 *     { name: "api", url: "http://127.0.0.1:8080/health" },
 *     { name: "shop", url: "http://127.0.0.1:8081/", expectedStatus: 302, timeout: 2 },
 *   ],
 *   { retry: { maxAttempts: 3, delay: 0.5 } },
 * );
 * console.log(results.filter(({ isHealthy }) => !isHealthy));
 * ```
 */
export async function checkAllServices(
  configs: readonly ServiceConfig[],
  options: CheckAllOptions = {},
): Promise<HealthResult[]> {
  const { onResult } = options;
  const notify =
    onResult &&
    ((result: HealthResult, index: number) => {
      try {
        onResult(result, index);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    });
  return await withContext(configs, options, (context) => checkAll(configs, context, notify));
}

/** How the network is used. */
export interface NetworkOptions {
  /**
   * True to send several requests over one connection. False, the default, asks each time whether a new client can connect.
   */
  readonly reuseConnections?: boolean;
  /**
   * Who turns names into addresses: `dns`, the default, asks name servers without ever blocking; `system` asks the
   * operating system's `getaddrinfo`, which knows every source of names but blocks one of four threads for each.
   */
  readonly resolver?: "dns" | "system";
}

/**
 * Makes the transport that checks use when they are given none.
 *
 * @param options - Whether connections are reused, and who resolves names.
 * @returns A transport that is not open yet.
 */
export function networkTransport(options: NetworkOptions = {}): Transport {
  return new HttpTransport({
    resolver:
      options.resolver === "system" ? systemResolver() : dnsResolver({ clock: systemClock }),
    userAgent: `clockwork/${packageVersion()}`,
    reuseConnections: options.reuseConnections ?? false,
    idleLimit: Math.min(IDLE_LIMIT, Math.floor(openFileLimit() * IDLE_SHARE)),
  });
}

/**
 * How many checks may do what at the same time, unless the caller says otherwise.
 *
 * @param options - What the caller says.
 * @returns The limits.
 * @throws {@link RangeError} When one is not a positive integer.
 */
export function gateLimits(
  options: Pick<CheckAllOptions, "concurrency" | "perHost"> = {},
): GateLimits {
  const { concurrency, perHost } = options;
  return {
    opening: OPENING_LIMIT,
    inFlight:
      concurrency === undefined
        ? Math.max(1, Math.min(IN_FLIGHT_LIMIT, Math.floor(openFileLimit() * FILE_SHARE)))
        : positive("concurrency", concurrency),
    perHost: perHost === undefined ? Infinity : positive("perHost", perHost),
  };
}

async function withContext<T>(
  configs: readonly ServiceConfig[],
  options: CheckAllOptions,
  run: (context: CheckContext) => Promise<T>,
): Promise<T> {
  const { clock = systemClock, retry = NO_RETRY, phases = false } = options;
  validateRetryPolicy(retry);
  using cancellation = new Cancellation(options.signal);
  const gate = new Gate(clock, gateLimits(options), cancellation);
  const context = { clock, retry, gate, cancellation, withPhases: phases };
  if (options.transport !== undefined) {
    // One that is closed already says so at each request, so that a list still gets its results.
    const { transport } = options;
    await transport.open().catch(() => undefined);
    await prepare(transport, configs);
    return await run({ ...context, transport });
  }
  await using transport = networkTransport(options);
  await transport.open();
  await prepare(transport, configs);
  return await run({ ...context, transport });
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`${name} must be an integer of 1 or more: got ${String(value)}`);
}
