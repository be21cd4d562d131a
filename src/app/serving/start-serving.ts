import { readTable } from "../../adapters/system/kernel-table.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import { DeployError } from "../../model/deploy-errors.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { Prober, Served } from "../../ports/served.ts";
import type { AccessGate } from "../../server/access/create-gate.ts";
import type { FileTlsKeeper } from "../../server/access/tls-keeper.ts";
import { accessSettingsOf } from "../settings/access-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { openProber } from "./open-prober.ts";
import type { ServingOptions } from "./serving-options.ts";

/** Projects that are served. */
export interface Serving extends AsyncDisposable {
  /** Where: `http://127.0.0.1:5000`, with the base path. */
  readonly url: string;
  /** The settings of this moment. */
  readonly settings: () => Settings;
}

/**
 * Serves projects over HTTP until it is disposed: what is under way then comes to its end, within a time.
 *
 * @param options - Where, to whom, and who hears of it.
 * @param servedWith - What is served; it is given what probes targets.
 * @returns Where it is served.
 * @throws {@link ConfigurationError} When certificates or rules cannot be used.
 * @throws {@link DeployError} When it cannot be served there, with the code `listen-failed`.
 */
export async function startServing(
  options: ServingOptions,
  servedWith: (prober: Prober, settings: () => Settings) => Served,
): Promise<Serving> {
  let current = options.settings;
  const settings = (): Settings => current;
  await using parts = new AsyncDisposableStack();
  const access = await openAccess(options, parts);
  let served: Served | null = null;
  const watched = (): readonly string[] =>
    served?.projects().flatMap(({ watching }) => watching?.urls?.() ?? []) ?? [];
  served = servedWith(openProber(settings, watched, parts), settings);
  const url = await listen(options, served, { ...access, parts });
  if (options.isReloadedBySignal) {
    const reload = (): void => {
      void reloaded(options, access).then((next) => {
        current = next ?? current;
      });
    };
    process.on("SIGHUP", reload);
    parts.defer(() => {
      process.off("SIGHUP", reload);
    });
  }
  const owned = parts.move();
  return { url, settings, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Who may ask, and by which certificates. */
interface Access {
  readonly tls: FileTlsKeeper | null;
  readonly gate: AccessGate;
}

async function openAccess(
  { settings, onText }: ServingOptions,
  parts: AsyncDisposableStack,
): Promise<Access> {
  const [{ keepTls }, { createGate }] = await Promise.all([
    import("../../server/access/tls-keeper.ts"),
    import("../../server/access/create-gate.ts"),
  ]);
  const { tls: files } = settings.server;
  const told = {
    clock: systemClock,
    onProblem: (reason: string) => {
      onText(`the certificates that were read before are used on: ${reason}`, "warn");
    },
    onReload: () => {
      onText("certificates were read anew");
    },
  };
  try {
    // Also behind a proxy, whose word about certificates is judged by them.
    const hasFiles = [files.cert, files.key, files.ca, files.crl].some((file) => file !== null);
    const tls = hasFiles ? parts.use(await keepTls(files, told)) : null;
    const gate = parts.use(
      createGate({
        readTable,
        ...{ settings: accessSettingsOf(settings), trust: tls, clock: systemClock },
        onUnknown: ({ from, reason }) => {
          onText(`${from} is not known: ${reason}`);
        },
      }),
    );
    return { tls, gate };
  } catch (error) {
    throw error instanceof RangeError ? unusable(error.message) : error;
  }
}

async function listen(
  { settings, log }: ServingOptions,
  served: Served,
  { tls, gate, parts }: Access & { readonly parts: AsyncDisposableStack },
): Promise<string> {
  const { listen: address, basePath, limits } = settings.server;
  const { startServer } = await import("../../server/create-server.ts");
  const listening = { ...address, tls: tls?.isServing === true ? tls : null };
  try {
    const options = { served, clock: systemClock, gate, listening, basePath, limits, log };
    return parts.use(await startServer(options)).url;
  } catch (error) {
    throw isSystemError(error) ? notListening(error, settings) : error;
  }
}

// Null when the settings cannot be used.
async function reloaded(
  { settings: first, reload, onText }: ServingOptions,
  { tls, gate }: Access,
): Promise<Settings | null> {
  try {
    await tls?.reload();
    const settings = await reload();
    gate.update(accessSettingsOf(settings));
    for (const name of needingRestart(first, settings)) {
      onText(`server.${name} is another one by now, which takes a restart`, "warn");
    }
    return settings;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onText(`the settings that were loaded before are used on: ${reason}`, "warn");
    return null;
  }
}

/** What is used as it was at the beginning. */
const LASTING: Readonly<Record<string, (server: Settings["server"]) => unknown>> = {
  listen: ({ listen: address }) => address,
  basePath: ({ basePath }) => basePath,
  tls: ({ tls }) => tls,
  limits: ({ limits }) => limits,
  "probe.modules": ({ probe }) => probe.modules,
};

function needingRestart(before: Settings, after: Settings): readonly string[] {
  return Object.entries(LASTING).flatMap(([name, read]) =>
    JSON.stringify(read(before.server)) === JSON.stringify(read(after.server)) ? [] : [name],
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EADDRINUSE: [
    "somebody else listens there",
    "another clockwork may: name another port with --listen, or 0 for any that is free",
  ],
  EACCES: [
    "this user may not",
    "ports below 1024 are for root, or for who has CAP_NET_BIND_SERVICE: name a higher one",
  ],
  EADDRNOTAVAIL: ["that address is none of this machine", "ip address tells which ones are"],
  ENOTFOUND: ["there is no such name", "name an address of this machine"],
};

function notListening(
  { code = "", message }: NodeJS.ErrnoException,
  { server: { listen: address } }: Settings,
): DeployError {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const [reason, hint] = REASONS[code] ?? [message, null];
  return new DeployError(`cannot serve at ${host}:${String(address.port)}: ${reason}`, {
    code: "listen-failed",
    hint,
  });
}

function unusable(message: string): ConfigurationError {
  const place = { file: "", line: null, column: null, property: "server", hint: null };
  return new ConfigurationError([{ code: "configuration-invalid", ...place, message }]);
}
