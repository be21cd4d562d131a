import { ConfigurationError } from "../../model/diagnostic.ts";
import { readHost } from "./forwarded.ts";
import { readNetworks, type Networks } from "./networks.ts";
import { compileRoles, type AccessProblem, type RoleOf } from "./roles.ts";
import type { AccessSettings } from "./settings.ts";

/** Settings of who may do what, in the form in which requests are judged by them. */
export interface AccessRules {
  readonly roleOf: RoleOf;
  readonly proxies: Networks;
  /** Names besides those of the loopback, in lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly otherUsers: AccessSettings["otherUsers"];
  readonly isInsecure: boolean;
}

/**
 * Makes rules of settings.
 *
 * @param settings - Who may do what.
 * @returns The rules.
 * @throws {@link ConfigurationError} With everything that is wrong with them.
 */
export function compileAccess(settings: AccessSettings): AccessRules {
  const { roleOf, problems: wrongRoles } = compileRoles(settings.roles);
  const { networks: proxies, wrong } = readNetworks(settings.trustedProxies);
  const problems: readonly AccessProblem[] = [
    ...wrongRoles,
    ...wrong.map((index) => ({
      property: `trustedProxies[${String(index)}]`,
      message:
        "an address or a network is needed, such as 10.0.0.7 or 10.0.0.0/8, and not all addresses",
    })),
    ...settings.hosts.flatMap((host, index) => wrongHost(host, index)),
  ];
  if (problems.length > 0) throw errorOf(problems);
  return {
    roleOf,
    proxies,
    hosts: new Set(settings.hosts.map((host) => host.toLowerCase())),
    otherUsers: settings.otherUsers,
    isInsecure: settings.insecure,
  };
}

function wrongHost(host: string, index: number): readonly AccessProblem[] {
  if (readHost(host) !== null && !/:\d+$/u.test(host)) return [];
  const message = "a name is needed, without a port: monitor.example";
  return [{ property: `hosts[${String(index)}]`, message }];
}

function errorOf(problems: readonly AccessProblem[]): ConfigurationError {
  return new ConfigurationError(
    problems.map(({ property, message }) => ({
      ...{ code: "field-range", file: "", line: null, column: null },
      ...{ property: `server.${property}`, message, hint: null },
    })),
  );
}
