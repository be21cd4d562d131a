import type { AccessSettings, RoleRule } from "../../server/access/settings.ts";
import type { Settings } from "./setting-table.ts";

/**
 * Makes of the settings what the server's gate takes.
 *
 * @param settings - What holds.
 * @returns Who may ask.
 */
export function accessSettingsOf({ server }: Settings): AccessSettings {
  const { hosts, insecure, otherUsers, trustedProxies } = server;
  return { hosts, insecure, otherUsers, trustedProxies, roles: server.roles.map(ruleOf) };
}

function ruleOf(rule: Settings["server"]["roles"][number]): RoleRule {
  return {
    role: rule.role,
    subject: rule.subject ?? undefined,
    organizationalUnit: rule.organizationalUnit ?? undefined,
    san: rule.san ?? undefined,
    fingerprint: rule.fingerprint ?? undefined,
  };
}
