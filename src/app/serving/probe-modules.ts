import { isRecord } from "../../model/json.ts";
import { quoted } from "../../model/wording.ts";
import { httpModule, icmpModule, tcpModule } from "./probe-module-fields.ts";
import type { ProbeModule, ProbeModules } from "./probe-module.ts";
import { pathOf, problemOf, type ModuleProblem, type Read } from "./probe-reading.ts";

export type { ModuleProblem } from "./probe-reading.ts";

/** What is read of the settings. */
export interface ReadModules {
  readonly modules: ProbeModules;
  readonly problems: readonly ModuleProblem[];
}

type Prober = ProbeModule["prober"];

const LIMIT_MODULES = 1_000;
const NAME = /^\P{Cc}{1,100}$/u;
const PROBERS: Readonly<Record<Prober, Read<ProbeModule | null>>> = {
  http: httpModule,
  tcp: tcpModule,
  icmp: icmpModule,
};

/** What is there without any settings. */
const USUAL = {
  http_2xx: { prober: "http" },
  http_post_2xx: { prober: "http", http: { method: "POST" } },
  tcp_connect: { prober: "tcp" },
  tls_connect: { prober: "tcp", tcp: { tls: true } },
  icmp: { prober: "icmp" },
} as const;

/**
 * Reads modules, in blackbox_exporter's own form. The usual ones are there whatever is read; one of the same name takes their
 * place. Files are named relative to the folder of the process unless they were made absolute before.
 *
 * @param value - What stands under `server.probe.modules`; undefined for nothing.
 * @param at - The path of that, for problems: `server.probe.modules`.
 * @returns Modules by name, and every problem. A module with a problem is left out.
 */
export function readProbeModules(value: unknown, at: string): ReadModules {
  const problems: ModuleProblem[] = [];
  const modules = new Map<string, ProbeModule>();
  const read = (entries: Readonly<Record<string, unknown>>): void => {
    for (const [name, entry] of Object.entries(entries)) {
      const found = moduleOf(name, entry, { at, problems });
      if (found !== null) modules.set(name, found);
    }
  };
  read(USUAL);
  const given = value ?? {};
  if (!isRecord(given)) {
    problems.push({ property: at, message: "must be an object of modules by name", hint: null });
  } else if (Object.keys(given).length > LIMIT_MODULES) {
    const message = `must have at most ${String(LIMIT_MODULES)} modules`;
    problems.push({ property: at, message, hint: null });
  } else read(given);
  return { modules, problems };
}

function moduleOf(
  name: string,
  value: unknown,
  { at, problems }: { readonly at: string; readonly problems: ModuleProblem[] },
): ProbeModule | null {
  const own: ModuleProblem[] = [];
  const path = pathOf(at, name);
  const found = readModule(name, value, { path, problems: own });
  problems.push(...own);
  return own.length === 0 && found !== null ? { ...found, name } : null;
}

function readModule(
  name: string,
  value: unknown,
  { path, problems }: { readonly path: string; readonly problems: ModuleProblem[] },
): ProbeModule | null {
  const tell = (property: string, message: string, hint: string | null): null => {
    problems.push({ property, message, hint });
    return null;
  };
  if (!NAME.test(name)) return tell(path, "must have a name of 1 to 100 plain characters", null);
  if (!isRecord(value)) return tell(path, "must be an object", "such as prober: http");
  const { prober } = value;
  if (!isProber(prober)) {
    const got = typeof prober === "string" ? `: got ${quoted(prober)}` : "";
    return tell(`${path}.prober`, `must be http, tcp or icmp${got}`, hintFor(prober));
  }
  try {
    return PROBERS[prober](value, path, problems);
  } catch (error) {
    problems.push(problemOf(error, path));
    return null;
  }
}

function isProber(value: unknown): value is Prober {
  return typeof value === "string" && Object.hasOwn(PROBERS, value);
}

function hintFor(prober: unknown): string | null {
  return prober === "dns" || prober === "grpc"
    ? `leave ${prober} to blackbox_exporter: it is not carried out here`
    : null;
}
