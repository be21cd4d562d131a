import type { Subject } from "../../model/lifecycle.ts";

/** The options of a working copy, as read. */
// An interface has no index signature, which options as plain data need.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type GitOptions = {
  readonly url: string | null;
  readonly path: string;
  readonly branch: string | null;
  readonly tag: string | null;
  readonly commit: string | null;
  readonly force: boolean;
};

/** A working copy that should be. */
export type GitSubject = Subject<GitOptions>;

/** What a working copy should have checked out. */
export interface Wanted {
  /** Null when any will do: it is only looked at. A short one is all that people gave. */
  readonly commit: string | null;
  /** Null when it belongs on no branch. */
  readonly branch: string | null;
}

/**
 * Tells what a working copy should have checked out.
 *
 * @param subject - The working copy.
 * @returns The commit that was looked up, and the branch that it belongs on.
 */
export function wantedOf({ parameters, resolved }: GitSubject): Wanted {
  const { commit, branch } = resolved;
  return {
    commit: typeof commit === "string" ? commit : parameters.commit,
    branch: parameters.branch ?? (typeof branch === "string" ? branch : null),
  };
}

/**
 * Tells whether two names are of the same commit, either of which may be short.
 *
 * @param one - Hexadecimal digits.
 * @param other - Hexadecimal digits.
 * @returns True when one begins with the other.
 */
export function isSameCommit(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/**
 * Shortens the name of a commit, for people.
 *
 * @param commit - Hexadecimal digits.
 * @returns The first 7 of them.
 */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}
