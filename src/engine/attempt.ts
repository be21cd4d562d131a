import {
  CannotObserveError,
  HealthCheckTimeoutError,
  ServiceUnreachableError,
  TransportError,
} from "../model/errors.ts";
import type { HealthResult, Phases } from "../model/service.ts";
import type { Clock } from "../ports/clock.ts";
import type { Transport, TransportResponse } from "../ports/transport.ts";
import type { Cancellation } from "./cancellation.ts";
import type { Gate, Pass } from "./gate.ts";
import type { ServiceCheck } from "./service-check.ts";

/** Beyond this, a body is cut and the status decides. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/** As many as curl's users are used to from `--max-redirs`, and no more: a loop is a fault to report, not to follow. */
const REDIRECT_LIMIT = 10;

/** What an attempt needs of the world. */
export interface AttemptContext {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly cancellation: Cancellation;
  /** True when the result should say where the time went. */
  readonly withPhases: boolean;
}

/**
 * Asks a service once, within its timeout, and judges the answer.
 *
 * @param check - What to ask and what to expect.
 * @param context - Transport, clock, gate and cancellation.
 * @param pass - The right to do it now; given back at the end, whatever happens.
 * @returns A result for any answer, also a wrong one.
 * @throws {@link ServiceUnreachableError} When no answer came.
 * @throws {@link HealthCheckTimeoutError} When the answer was not complete in time.
 * @throws {@link CannotObserveError} When our own machine failed.
 */
export async function attempt(
  check: ServiceCheck,
  context: AttemptContext,
  pass: Pass,
): Promise<HealthResult> {
  const startedMs = context.clock.elapsedMs();
  let isConnected = false;
  const onConnected = (): void => {
    isConnected = true;
  };
  const timeoutError = (): Error =>
    new HealthCheckTimeoutError(check.name, check.timeoutMs / 1_000, {
      progress: isConnected
        ? "connected, but no complete answer came"
        : "neither a new connection nor an answer came about",
    });
  try {
    context.cancellation.throwIfCancelled();
    const { response, phases } = await withinTimeout(
      { ...context, timeoutMs: check.timeoutMs, timeoutError },
      (signal) => exchange(check, { transport: context.transport, signal, onConnected }),
    );
    const { status } = response;
    const isHealthy = status === check.expectedStatus;
    return {
      serviceName: check.name,
      isHealthy,
      responseTimeMs: roundMs(context.clock.elapsedMs() - startedMs),
      statusCode: status,
      error: isHealthy ? null : `Expected ${String(check.expectedStatus)}, got ${String(status)}`,
      ...(context.withPhases ? { phases: roundPhases(phases) } : {}),
    };
  } catch (error) {
    if (error instanceof TransportError && error.isExhaustion) context.gate.shrink();
    throw named(check, error);
  } finally {
    pass.leave();
  }
}

interface Deadline extends Pick<AttemptContext, "clock" | "cancellation"> {
  readonly timeoutMs: number;
  readonly timeoutError: () => Error;
}

// Runs a task under a deadline, and rejects then even if the task takes no notice.
function withinTimeout<T>(
  { clock, cancellation, timeoutMs, timeoutError }: Deadline,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const controller = new AbortController();
    const stop = (reason: Error): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    let stopTimer = clock.after(timeoutMs, () => {
      // When our own event loop was busy, the answer may be here and unread: it is heard first.
      stopTimer = clock.after(0, () => {
        stop(timeoutError());
      });
    });
    const stopListening = cancellation.onCancel(stop);
    const settle = (): void => {
      stopTimer();
      stopListening();
    };
    task(controller.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error instanceof Error ? error : new Error("unknown failure", { cause: error }));
      },
    );
  });
}

interface ExchangeContext {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly onConnected: () => void;
}

// Makes the request, and follows redirects unless one is what the check expects.
async function exchange(
  check: ServiceCheck,
  { transport, signal, onConnected }: ExchangeContext,
): Promise<{ response: TransportResponse; phases: Phases }> {
  let url = check.url;
  let phases: Phases | null = null;
  const seen = new Set([withoutFragment(url)]);
  for (;;) {
    const request = { url, signal, maxBodyBytes: BODY_LIMIT_BYTES, onConnected };
    const response = await transport.request(request).catch((error: unknown) => {
      throw url === check.url ? error : afterRedirect(error, url);
    });
    phases = phases === null ? response.phases : addPhases(phases, response.phases);
    const location = isRedirect(response.status) ? response.header("location") : null;
    if (location === null || expectsRedirect(check)) return { response, phases };
    url = redirectTarget(location, url);
    if (seen.has(withoutFragment(url)))
      throw new TransportError(`redirect loop: ${shown(url)} again`);
    if (seen.size > REDIRECT_LIMIT) {
      throw new TransportError(
        `more than ${String(REDIRECT_LIMIT)} redirects, last to ${shown(url)}`,
      );
    }
    seen.add(withoutFragment(url));
  }
}

// Otherwise nobody would know why an address that they never configured is named.
function afterRedirect(error: unknown, url: URL): unknown {
  if (!(error instanceof TransportError)) return error;
  const { message, blame, isExhaustion } = error;
  const where = `after a redirect to ${shown(url)}`;
  return new TransportError(`${where}: ${message}`, { blame, isExhaustion, cause: error });
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

// Whoever expects one answer of this class wants to see which it is.
function expectsRedirect({ expectedStatus }: ServiceCheck): boolean {
  return expectedStatus >= 300 && expectedStatus <= 399;
}

function redirectTarget(location: string, from: URL): URL {
  const url = URL.parse(location, from.href);
  if (url === null) throw new TransportError(`redirected to a malformed URL by ${shown(from)}`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TransportError(`redirected to an unsupported URL scheme, ${url.protocol}`);
  }
  // What authorises us towards one origin is no business of another.
  if (url.origin === from.origin && url.username === "" && url.password === "") {
    url.username = from.username;
    url.password = from.password;
  }
  return url;
}

// A fragment is never sent: two URLs that differ in nothing else are one.
function withoutFragment({ href }: URL): string {
  return href.replace(/#.*$/u, "");
}

// A URL as it may stand in a message: neither credentials nor a query, which may hold a secret.
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

// Gives a failure the name of the service; anything that is not a failed check stays the bug that it is.
function named(check: ServiceCheck, error: unknown): unknown {
  if (!(error instanceof TransportError)) return error;
  return error.blame === "target"
    ? new ServiceUnreachableError(check.name, error.message, { cause: error })
    : new CannotObserveError(check.name, error.message, { cause: error });
}

function addPhases(a: Phases, b: Phases): Phases {
  return mapPhases((key) =>
    a[key] === null && b[key] === null ? null : (a[key] ?? 0) + (b[key] ?? 0),
  );
}

function roundPhases(phases: Phases): Phases {
  return mapPhases((key) => (phases[key] === null ? null : roundMs(phases[key])));
}

function mapPhases(value: (key: keyof Phases) => number | null): Phases {
  return {
    resolveMs: value("resolveMs"),
    connectMs: value("connectMs"),
    tlsMs: value("tlsMs"),
    firstByteMs: value("firstByteMs"),
    transferMs: value("transferMs"),
  };
}

// To the microsecond: what lies below is noise.
function roundMs(durationMs: number): number {
  return Math.round(durationMs * 1_000) / 1_000;
}
