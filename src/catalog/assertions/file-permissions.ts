import { assertion } from "../../model/assertion.ts";
import { requireAny } from "../../model/option-rules.ts";
import { either } from "../../model/composite-types.ts";
import { OptionType } from "../../model/option-type.ts";
import { integer, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { ownPath, PATH } from "../../model/path-option.ts";
import type { Files, FileStatus } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";

/** A user or group, as the file has it. */
interface Holder {
  readonly id: number;
  /** Null when it has none, or nobody asked. */
  readonly name: string | null;
}

interface Observation {
  readonly mode: number;
  readonly owner: Holder;
  readonly group: Holder;
}

interface Wanted {
  readonly expectedPerms: string | null;
  readonly owner: string | number | null;
  readonly group: string | number | null;
}

const MOST_MODE = 0o7777;

const OCTAL_TEXT = /^[0-7]{3,4}$/u;

/** `644` without `0o` is decimal and would mean 1204: nobody wants that, and many write it. */
const MEANT_OCTAL = { least: 512, most: 777, digits: /^[0-7]{3}$/u } as const;

/** Permission bits; what was read is text of four octal digits. */
const PERMISSIONS = new OptionType<string | number, string>(
  'permissions such as "0644" or 0o644',
  (value) => {
    if (typeof value === "string" && OCTAL_TEXT.test(value)) return value.padStart(4, "0");
    const mode = typeof value === "number" && Number.isInteger(value) ? value : -1;
    if (mode < 0 || mode > MOST_MODE) {
      throw new InvalidOption('must be permissions in octal, such as "0644" or 0o644');
    }
    const { least, most, digits } = MEANT_OCTAL;
    if (mode >= least && mode <= most && digits.test(String(mode))) {
      const meant = String(mode);
      throw new InvalidOption(`must be octal: ${meant} is a decimal number`, {
        hint: `write 0o${meant} or "0${meant}"`,
      });
    }
    return shownMode(mode);
  },
);

const HOLDER = either(text({ most: 256 }), integer(0, 0xff_ff_ff_ff));

/**
 * A file or directory has certain permissions, owner and group.
 *
 * @example
 * ```ts
 * new FilePermissionsAssert({ path: "/etc/shadow", expectedPerms: "0640", owner: "root" });
 * ```
 */
export class FilePermissionsAssert extends assertion({
  kind: "file-permissions",
  name: "FilePermissionsAssert",
  summary: "A file or directory has certain permissions, owner and group; links are followed.",
  uses: ["files"],
  fields: {
    path: PATH.optional("The file or directory; its resource's by default."),
    expectedPerms: PERMISSIONS.optional(
      'All permission bits, with set-user-id, set-group-id and sticky: "0644", "644" or 0o644.',
    ),
    owner: HOLDER.optional("The user that owns it, by name or id."),
    group: HOLDER.optional("The group that it belongs to, by name or id."),
  },
  bind: ({ path, expectedPerms, owner, group }, { target }) => {
    requireAny({ expectedPerms, owner, group });
    return ownPath(path, target);
  },
  claim: (parameters) => `${parameters.path ?? ""} has ${shownWanted(parameters)}`,
  subject: ({ path }) => path ?? "",
  probe: async ({ path, owner, group }, world: World, { signal }): Promise<Observation | null> => {
    const files = await world.files();
    const status = await files.status(path ?? "", signal);
    return status === null ? null : await observed(status, { owner, group }, files);
  },
  judge: (observation, parameters) => {
    const expected = shownWanted(parameters);
    if (observation === null) return { verdict: "fail", expected, actual: "nothing there" };
    const { expectedPerms, owner, group } = parameters;
    const isAsWanted =
      (expectedPerms === null || expectedPerms === shownMode(observation.mode)) &&
      isHeldBy(observation.owner, owner) &&
      isHeldBy(observation.group, group);
    const actual = shownParts({
      expectedPerms: expectedPerms === null ? null : shownMode(observation.mode),
      owner: owner === null ? null : shownHolder(observation.owner, owner),
      group: group === null ? null : shownHolder(observation.group, group),
    });
    return { verdict: isAsWanted ? "pass" : "fail", expected, actual };
  },
  samples: [
    {
      options: { path: "/etc/shadow", expectedPerms: "0640", owner: "root", group: "shadow" },
      observation: {
        mode: 0o640,
        owner: { id: 0, name: "root" },
        group: { id: 42, name: "shadow" },
      },
      verdict: "pass",
    },
    {
      options: { path: "/etc/shadow", expectedPerms: 0o640 },
      observation: { mode: 0o644, owner: { id: 0, name: null }, group: { id: 0, name: null } },
      verdict: "fail",
    },
    { options: { path: "/etc/none", owner: 0 }, observation: null, verdict: "fail" },
  ],
}) {}

async function observed(
  status: FileStatus,
  { owner, group }: Pick<Wanted, "owner" | "group">,
  files: Files,
): Promise<Observation> {
  const { mode, userId, groupId } = status;
  // A name may take a directory service to find: it is asked for only where it matters.
  const [userName, groupName] = await Promise.all([
    typeof owner === "string" ? files.userName(userId) : null,
    typeof group === "string" ? files.groupName(groupId) : null,
  ]);
  return {
    mode,
    owner: { id: userId, name: userName },
    group: { id: groupId, name: groupName },
  };
}

function isHeldBy({ id, name }: Holder, wanted: string | number | null): boolean {
  if (wanted === null) return true;
  return typeof wanted === "number" ? wanted === id : wanted === name || wanted === String(id);
}

function shownHolder({ id, name }: Holder, wanted: string | number): string {
  return typeof wanted === "number" ? String(id) : (name ?? String(id));
}

function shownWanted({ expectedPerms, owner, group }: Wanted): string {
  return shownParts({
    expectedPerms,
    owner: owner === null ? null : String(owner),
    group: group === null ? null : String(group),
  });
}

function shownParts(parts: {
  readonly expectedPerms: string | null;
  readonly owner: string | null;
  readonly group: string | null;
}): string {
  const { expectedPerms, owner, group } = parts;
  return [
    ...(expectedPerms === null ? [] : [`permissions ${expectedPerms}`]),
    ...(owner === null ? [] : [`owner ${owner}`]),
    ...(group === null ? [] : [`group ${group}`]),
  ].join(", ");
}

function shownMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
