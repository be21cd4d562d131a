import { ConfigurationError } from "../../model/diagnostic.ts";
import { bindingProblem } from "../../server/access/binding-problem.ts";
import { accessSettingsOf } from "./access-settings.ts";
import type { Settings } from "./setting-table.ts";

/** What is wrong with settings of which each may be written so. */
export interface BrokenRule {
  /** Where people look, such as `server.roles[2].subject`. */
  readonly property: string;
  /** The settings that it is about: where one of them is wrong by itself, nothing is said. */
  readonly keys: readonly string[];
  readonly message: string;
  readonly hint: string | null;
}

/**
 * Finds settings that do not go together, and those that whoever uses them refuses.
 *
 * @param settings - What holds.
 * @returns Every rule that is broken.
 */
export async function brokenRules(settings: Settings): Promise<readonly BrokenRule[]> {
  return [
    ...tlsRules(settings),
    ...listenRules(settings),
    ...(await accessRules(settings)),
    ...(await moduleRules(settings)),
  ];
}

function tlsRules({ server: { tls } }: Settings): readonly BrokenRule[] {
  const needs = (name: keyof typeof tls, other: keyof typeof tls): readonly BrokenRule[] => {
    if (tls[name] === null || tls[other] !== null) return [];
    const [property, missing] = [`server.tls.${name}`, `server.tls.${other}`];
    const message = `needs ${missing} beside it`;
    return [{ property, keys: [property, missing], message, hint: null }];
  };
  return [...needs("cert", "key"), ...needs("key", "cert"), ...needs("crl", "ca")];
}

function listenRules({ server }: Settings): readonly BrokenRule[] {
  const { listen, tls, insecure, trustedProxies } = server;
  const message = bindingProblem({
    host: listen.host,
    hasTls: tls.cert !== null,
    hasAuthorities: tls.ca !== null,
    hasProxies: trustedProxies.length > 0,
    isInsecure: insecure,
  });
  if (message === null) return [];
  const others = ["tls.cert", "tls.ca", "insecure", "trustedProxies"];
  const keys = ["listen", ...others].map((name) => `server.${name}`);
  const hint = "server.insecure says that all of it is meant";
  return [{ property: "server.listen", keys, message, hint }];
}

// By whoever goes by them. It is not loaded for nothing.
async function accessRules(settings: Settings): Promise<readonly BrokenRule[]> {
  const { roles, trustedProxies, hosts } = settings.server;
  if (roles.length + trustedProxies.length + hosts.length === 0) return [];
  const { compileAccess } = await import("../../server/access/access-rules.ts");
  try {
    compileAccess(accessSettingsOf(settings));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const keys = ["server.roles", "server.trustedProxies", "server.hosts"];
    return error.diagnostics.map(({ property, message, hint }) => ({
      ...{ property: property ?? "server", message, hint },
      keys: keys.filter((key) => property?.startsWith(key) === true),
    }));
  }
}

async function moduleRules({ server: { probe } }: Settings): Promise<readonly BrokenRule[]> {
  if (Object.keys(probe.modules).length === 0) return [];
  const { readProbeModules } = await import("../serving/probe-modules.ts");
  const key = "server.probe.modules";
  return readProbeModules(probe.modules, key).problems.map((problem) => ({
    ...problem,
    keys: [key],
  }));
}
