import { ObservationError } from "../../model/errors.ts";
import {
  addressLabel,
  HOST_VARIABLE,
  type ApiEngine,
  type EngineAddress,
} from "./engine-addresses.ts";

/** Nobody listens at an address, or it is not for us. */
export class ConnectFailure extends Error {
  override readonly name: string = "ConnectFailure";
  readonly address: EngineAddress;
  /** Such as `ENOENT`. */
  readonly systemCode: string;

  /**
   * Keeps the address and what the system said.
   *
   * @param address - Where nobody was met.
   * @param cause - What Node threw.
   */
  constructor(address: EngineAddress, cause: NodeJS.ErrnoException) {
    super(`cannot connect to ${addressLabel(address)}`, { cause });
    this.address = address;
    this.systemCode = cause.code ?? "unknown";
  }
}

/**
 * Tells whether an error came before anything was sent, so that another address may be tried.
 *
 * @param error - What Node threw.
 * @returns True when there was no connection.
 */
export function isConnectFailure(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !("syscall" in error)) return false;
  return error.syscall === "connect" || error.syscall === "getaddrinfo";
}

/**
 * Says that no engine was met, and what to do about it.
 *
 * @param engine - Which engine.
 * @param failures - What happened at each address.
 * @returns What to throw.
 */
export function noEngine(engine: ApiEngine, failures: readonly ConnectFailure[]): ObservationError {
  const tried = failures.map(
    ({ address, systemCode }) => `${addressLabel(address)} (${wordsFor(systemCode)})`,
  );
  const isForbidden = failures.some(({ systemCode }) => FORBIDDEN.has(systemCode));
  const advice = isForbidden ? permissionAdvice(engine) : startAdvice(engine);
  return new ObservationError(`no ${engine} engine answers: tried ${tried.join(", ")}; ${advice}`, {
    cause: failures.find(({ systemCode }) => !ABSENT.has(systemCode)) ?? failures[0],
  });
}

/**
 * Tells whether an error says that no engine is there, and not that one is which does not answer.
 *
 * @param error - What asking has thrown.
 * @returns True when nobody listens at any address.
 */
export function isNobodyThere(error: unknown): boolean {
  const cause = error instanceof ObservationError ? error.cause : null;
  return cause instanceof ConnectFailure && ABSENT.has(cause.systemCode);
}

const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ECONNREFUSED"]);

const FORBIDDEN = new Set(["EACCES", "EPERM"]);

const WORDS = new Map([
  ["ENOENT", "not there"],
  ["ENOTDIR", "not there"],
  ["ECONNREFUSED", "nobody listens"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ENOTFOUND", "unknown name"],
]);

function wordsFor(systemCode: string): string {
  return WORDS.get(systemCode) ?? systemCode;
}

function permissionAdvice(engine: ApiEngine): string {
  if (engine === "podman") return "run as the user whose engine it is, or set CONTAINER_HOST";
  return 'join the docker group (sudo usermod -aG docker "$USER", then log in again), or run as root';
}

function startAdvice(engine: ApiEngine): string {
  const command =
    engine === "docker" ? "start the engine" : "start it (systemctl --user start podman.socket)";
  return `${command}, or set ${HOST_VARIABLE[engine]} to its address`;
}
