import { isPlainObject, type JsonObject } from "./json.ts";
import { OptionType } from "./option-type.ts";
import { InvalidOption, shownValue } from "./options.ts";

/** What of this machine, or of its engine, a container sees in a place of its own. */
export interface VolumeMount {
  /** A path of this machine, or the name of a volume. */
  readonly source: string;
  /** An absolute path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** What people write for a volume. */
export type VolumeInput =
  | string
  | { readonly source: string; readonly target: string; readonly readOnly?: boolean | undefined };

/** A volume as data. */
export type VolumeValue = JsonObject & VolumeMount;

const LABEL =
  'volume such as "./site:/srv", "data:/var/lib/data:ro", or { source, target, readOnly }';
const KEYS: ReadonlySet<string> = new Set(["source", "target", "readOnly"]);
const LIMIT_CHARACTERS = 4_096;
const FORM = /^(?<source>[^:\0]+):(?<target>\/[^:\0]*)(?::(?<mode>ro|rw))?$/u;

/**
 * A file, folder or volume that a container sees: `source:target`, with `:ro` when it may only be read, or an object.
 *
 * @returns The type.
 */
export function volumeMount(): OptionType<VolumeInput, VolumeValue> {
  return new OptionType<VolumeInput, VolumeValue>(LABEL, (value) => {
    const mount = typeof value === "string" ? mountOfText(value) : mountOfObject(value);
    if (mount !== null) return mount;
    throw new InvalidOption(`must be a ${LABEL}: got ${shownValue(value)}`);
  });
}

function mountOfText(value: string): VolumeValue | null {
  const groups = value.length > 2 * LIMIT_CHARACTERS ? undefined : FORM.exec(value)?.groups;
  if (groups === undefined) return null;
  const { source, target, mode } = groups;
  return mountOfObject({ source, target, readOnly: mode === "ro" });
}

function mountOfObject(value: unknown): VolumeValue | null {
  if (!isPlainObject(value) || Object.keys(value).some((key) => !KEYS.has(key))) return null;
  const { source, target, readOnly = false } = value;
  if (!isPath(source) || !isPath(target) || !target.startsWith("/")) return null;
  return typeof readOnly === "boolean" ? { source, target, readOnly } : null;
}

function isPath(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.length <= LIMIT_CHARACTERS &&
    !value.includes("\0")
  );
}
