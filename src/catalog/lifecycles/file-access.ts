import { DeployError } from "../../model/deploy-errors.ts";
import type { Difference } from "../../model/lifecycle.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { Access, Disk, DiskEntry } from "../../ports/disk.ts";
import type { FileOptions } from "./file-options.ts";

type AccessOptions = Pick<FileOptions, "mode" | "owner" | "ownerGroup">;

/** Who may do what with it, as the system makes it. */
export const PLAIN_ACCESS: Access = { mode: null, userId: null, groupId: null };

const OCTAL = 8;
const MODE_DIGITS = 4;

/**
 * Finds out who is to be allowed what.
 *
 * @param options - As declared; the group is that of the owner by default.
 * @param disk - Who knows the accounts.
 * @returns Numbers; null for what is not declared.
 * @throws {@link DeployError} When there is no such user or group.
 * @throws {@link ObservationError} When we could not look.
 */
export async function accessOf(options: AccessOptions, disk: Disk): Promise<Access> {
  const { mode, owner, ownerGroup } = options;
  const { userId, groupId } = await lookUp(options, disk);
  if (owner !== null && userId === null) throw unknown("user", owner);
  if (ownerGroup !== null && groupId === null) throw unknown("group", ownerGroup);
  return { mode: mode === null ? null : Number.parseInt(mode, OCTAL), userId, groupId };
}

/**
 * Completes what is declared with how it is.
 *
 * @param wanted - What is declared.
 * @param entry - How it is.
 * @returns Access without anything left open.
 */
export function completeAccess(wanted: Access, entry: DiskEntry): Access {
  return {
    mode: wanted.mode ?? entry.mode,
    userId: wanted.userId ?? entry.userId,
    groupId: wanted.groupId ?? entry.groupId,
  };
}

/**
 * Compares who may do what with who should.
 *
 * @param entry - How it is.
 * @param options - As declared.
 * @param world - Who knows the names of accounts.
 * @returns What differs, among what is declared.
 * @throws {@link ObservationError} When we could not look.
 */
export async function accessDifferences(
  entry: DiskEntry,
  options: AccessOptions,
  world: DeployWorld,
): Promise<readonly Difference[]> {
  const { mode, owner, ownerGroup } = options;
  const isOtherMode = mode !== null && entry.mode !== Number.parseInt(mode, OCTAL);
  const modes = isOtherMode ? [{ field: "mode", live: shownMode(entry.mode), wanted: mode }] : [];
  if (owner === null && ownerGroup === null) return modes;
  const wanted = await lookUp(options, await world.disk());
  const owners = owner === null ? [] : await ownerDifference(entry, { ...wanted, owner }, world);
  return [...modes, ...owners, ...(await groupDifference(entry, { ...wanted, ownerGroup }, world))];
}

/**
 * Writes permissions.
 *
 * @param mode - 0 to 0o7777.
 * @returns Four octal digits.
 */
export function shownMode(mode: number): string {
  return mode.toString(OCTAL).padStart(MODE_DIGITS, "0");
}

function unknown(what: string, name: string): DeployError {
  return new DeployError(`there is no ${what} ${name} on this machine`, {
    code: "option-invalid",
    hint: `make the ${what} first, such as by a CommandResource that this one depends on`,
  });
}

interface Owners {
  /** Null when none is declared, or it does not exist. */
  readonly userId: number | null;
  readonly groupId: number | null;
}

async function lookUp(
  { owner, ownerGroup }: Pick<AccessOptions, "owner" | "ownerGroup">,
  disk: Disk,
): Promise<Owners> {
  const account = owner === null ? null : await disk.account(owner);
  const groupId = ownerGroup === null ? account?.groupId : await disk.group(ownerGroup);
  return { userId: account?.userId ?? null, groupId: groupId ?? null };
}

async function ownerDifference(
  entry: DiskEntry,
  { userId, owner }: Owners & { readonly owner: string },
  world: DeployWorld,
): Promise<readonly Difference[]> {
  if (userId === entry.userId) return [];
  const live = await (await world.files()).userName(entry.userId);
  return [{ field: "owner", live: live ?? String(entry.userId), wanted: owner }];
}

async function groupDifference(
  entry: DiskEntry,
  { groupId, ownerGroup }: Owners & { readonly ownerGroup: string | null },
  world: DeployWorld,
): Promise<readonly Difference[]> {
  const isUndeclared = groupId === null && ownerGroup === null;
  if (isUndeclared || groupId === entry.groupId) return [];
  const files = await world.files();
  const nameOf = async (id: number): Promise<string> => (await files.groupName(id)) ?? String(id);
  const wanted = groupId === null ? ownerGroup : (ownerGroup ?? (await nameOf(groupId)));
  return [{ field: "ownerGroup", live: await nameOf(entry.groupId), wanted }];
}
