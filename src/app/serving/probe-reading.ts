import { isRecord } from "../../model/json.ts";
import { closest, quoted } from "../../model/wording.ts";

/** What is wrong with a module, and where. */
export interface ModuleProblem {
  /** Such as `server.probe.modules.web.http.method`. */
  readonly property: string;
  readonly message: string;
  /** How to mend it; null where the message says it all. */
  readonly hint: string | null;
}

/** What does not fit where it stands. No value is told that may be a secret. */
export class Unfit extends Error {}

/** Reads one value; throws {@link Unfit} when it is none of its kind. */
export type Read<T> = (value: unknown, at: string, problems: ModuleProblem[]) => T;

/** How the members of an object are read. */
export type Members<T> = { readonly [K in keyof T]: Read<T[K]> };

/** The options of an object that are read elsewhere, or not at all. */
export interface MemberOptions {
  /** Known to blackbox_exporter, and not carried out here. */
  readonly unsupported?: readonly string[];
}

/**
 * Reads an object.
 *
 * @param members - How each member is read; `undefined` is given where it is left out.
 * @param options - What else may stand there.
 * @returns The reader. It collects what is wrong with members, and goes on without them.
 */
export function object<T extends object>(
  members: Members<T>,
  { unsupported = [] }: MemberOptions = {},
): Read<T> {
  const names = Object.keys(members);
  return (value, at, problems) => {
    const given = value ?? {};
    if (!isRecord(given)) throw new Unfit("must be an object");
    for (const key of Object.keys(given)) {
      if (names.includes(key)) continue;
      problems.push({ property: pathOf(at, key), ...aboutUnknown(key, names, unsupported) });
    }
    const entries = Object.entries<Read<unknown>>(members).map(([name, read]) => {
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      return [name, tried(read, own, pathOf(at, name), problems)] as const;
    });
    const found: object = Object.fromEntries<unknown>(entries);
    if (!isWhole(found, members)) throw new Unfit("must be an object");
    return found;
  };
}

/**
 * Reads a value that may be left out.
 *
 * @param read - How it is read where it is there.
 * @param otherwise - What it is where it is not, or does not fit.
 * @returns The reader.
 */
export function optional<T, U>(read: Read<T>, otherwise: U): Read<T | U> {
  return (value, at, problems) => {
    if (value === undefined || value === null) return otherwise;
    try {
      return read(value, at, problems);
    } catch (error) {
      problems.push(problemOf(error, at));
      return otherwise;
    }
  };
}

/**
 * Reads a list.
 *
 * @param read - How each entry is read.
 * @param most - So many entries at most.
 * @returns The reader; an empty list where nothing is given.
 */
export function list<T>(read: Read<T>, most = 100): Read<readonly T[]> {
  return (value, at, problems) => {
    const given: unknown = value ?? [];
    if (!Array.isArray(given)) throw new Unfit("must be a list");
    if (given.length > most) throw new Unfit(`must have at most ${String(most)} entries`);
    return given.flatMap((entry: unknown, index) => {
      const found = tried(read, entry, `${at}[${String(index)}]`, problems);
      return found === undefined ? [] : [found];
    });
  };
}

/**
 * Reads text.
 *
 * @param label - What it should be.
 * @param like - What it must be like.
 * @returns The reader.
 */
export function text(label: string, like = /^[^\0]{0,8192}$/su): Read<string> {
  return (value) => {
    if (typeof value === "string" && like.test(value)) return value;
    throw new Unfit(`must be ${label}`);
  };
}

/**
 * Reads what is true or false.
 *
 * @param value - What was given.
 * @returns It.
 * @throws {@link Unfit} When it is neither.
 */
export const flag: Read<boolean> = (value) => {
  if (typeof value === "boolean") return value;
  throw new Unfit("must be true or false");
};

/**
 * Makes a problem of what was thrown.
 *
 * @param error - An {@link Unfit}.
 * @param at - Where it was.
 * @returns The problem.
 * @throws Anything else.
 */
export function problemOf(error: unknown, at: string): ModuleProblem {
  if (!(error instanceof Unfit)) throw error;
  return { property: at, message: error.message, hint: null };
}

/**
 * Names a member of what stands somewhere.
 *
 * @param at - Where that is.
 * @param key - Of the member.
 * @returns Such as `a.b` or `a["b c"]`.
 */
export function pathOf(at: string, key: string): string {
  return /^[\w-]{1,80}$/u.test(key) ? `${at}.${key}` : `${at}[${quoted(key)}]`;
}

// One entry for each member, as it was read: the compiler does not follow that through a list.
function isWhole<T extends object>(found: object, members: Members<T>): found is T {
  return Object.keys(members).every((name) => Object.hasOwn(found, name));
}

function tried<T>(
  read: Read<T>,
  value: unknown,
  at: string,
  problems: ModuleProblem[],
): T | undefined {
  try {
    return read(value, at, problems);
  } catch (error) {
    problems.push(problemOf(error, at));
    return undefined;
  }
}

function aboutUnknown(
  key: string,
  names: readonly string[],
  unsupported: readonly string[],
): Omit<ModuleProblem, "property"> {
  if (unsupported.includes(key)) return { message: "is not supported here", hint: "remove it" };
  const near = closest(key, names);
  return { message: "is not known", hint: near === null ? null : `did you mean ${near}?` };
}
