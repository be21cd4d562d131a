import { boundedWork } from "../../model/bounded-work.ts";
import { assertion, type Judgement } from "../../model/assertion.ts";
import { requireAny, requireAtMostOne } from "../../model/option-rules.ts";
import { text } from "../../model/option-types.ts";
import { expressionOf, pattern, shownPattern, type Pattern } from "../../model/pattern-option.ts";
import { ownPath, PATH } from "../../model/path-option.ts";
import { truncate } from "../../model/text.ts";
import type { Files, FileType } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";

/** Most files that a person writes a pattern for are far shorter. */
const LIMIT_MIB = 10;
const LIMIT_BYTES = LIMIT_MIB * 1024 * 1024;

/** A claim is to be read: the whole sum or pattern stands where it is expected. */
const CLAIM_LIMIT_COLUMNS = 60;

/** What was seen, without the content itself: it may be large, and nobody else's business. */
type Observation =
  | { readonly state: "none" }
  | { readonly state: "other"; readonly type: FileType }
  | { readonly state: "summed"; readonly sha256: string }
  | { readonly state: "searched"; readonly line: number | null; readonly isTruncated: boolean };

interface Wanted {
  readonly regex: Pattern | null;
  readonly sha256: string | null;
}

/**
 * The content of a file matches a pattern, or is exactly what it was summed up to be.
 *
 * @example
 * ```ts
 * new FileContentMatchesAssert({ path: "/etc/ssh/sshd_config", regex: /^PermitRootLogin no$/m });
 * ```
 */
export class FileContentMatchesAssert extends assertion({
  kind: "file-content-matches",
  name: "FileContentMatchesAssert",
  summary: "The content of a file matches a pattern, or has a certain SHA-256.",
  uses: ["files"],
  fields: {
    path: PATH.optional("The file; its resource's by default."),
    regex: pattern().optional(
      `What is searched for in the first ${String(LIMIT_MIB)} MiB, read as UTF-8; not found in a longer file, nothing can be said.`,
    ),
    sha256: text({ like: /^[\da-f]{64}$/iu, label: "SHA-256 in hexadecimal" }).optional(
      "The SHA-256 of its content, of any size, in hexadecimal.",
    ),
  },
  bind: ({ path, regex, sha256 }, { target }) => {
    requireAny({ regex, sha256 });
    requireAtMostOne({ regex, sha256 });
    return ownPath(path, target);
  },
  claim: ({ path, regex, sha256 }) =>
    `${path ?? ""} has ${truncate(shownWanted({ regex, sha256 }), CLAIM_LIMIT_COLUMNS)}`,
  subject: ({ path }) => path ?? "",
  probe: async ({ path, regex, sha256 }, world: World, { signal }): Promise<Observation> => {
    const files = await world.files();
    return await look(files, { path: path ?? "", regex, sha256, signal });
  },
  judge: (observation, { regex, sha256 }) => {
    const expected = shownWanted({ regex, sha256 });
    return { expected, ...judged(observation, sha256) };
  },
  samples: [
    {
      options: { path: "/etc/ssh/sshd_config", regex: /^PermitRootLogin no$/m },
      observation: { state: "searched", line: 32, isTruncated: false },
      verdict: "pass",
    },
    {
      options: { path: "/etc/ssh/sshd_config", regex: "^PermitRootLogin no$" },
      observation: { state: "searched", line: null, isTruncated: false },
      verdict: "fail",
    },
    {
      options: { path: "/var/log/huge.log", regex: "ready" },
      observation: { state: "searched", line: null, isTruncated: true },
      verdict: "error",
    },
    {
      options: { path: "/etc/motd", sha256: "0".repeat(64) },
      observation: { state: "summed", sha256: "1".repeat(64) },
      verdict: "fail",
    },
  ],
}) {}

async function look(
  files: Files,
  wanted: Wanted & { readonly path: string; readonly signal: AbortSignal },
): Promise<Observation> {
  const { path, regex, signal } = wanted;
  // A pipe would be read for ever, and a directory is an answer too.
  const status = await files.status(path, signal);
  if (status === null) return { state: "none" };
  if (status.type !== "file") return { state: "other", type: status.type };
  if (regex === null) {
    const sum = await files.sha256(path, signal);
    return sum === null ? { state: "none" } : { state: "summed", sha256: sum };
  }
  const content = await files.read(path, { limitBytes: LIMIT_BYTES, signal });
  if (content === null) return { state: "none" };
  const searched = new TextDecoder().decode(content.bytes);
  return { state: "searched", line: lineOf(searched, regex), isTruncated: content.isTruncated };
}

function lineOf(content: string, regex: Pattern): number | null {
  const match = boundedWork("searching the file", () => expressionOf(regex).exec(content));
  return match === null ? null : content.slice(0, match.index).split("\n").length;
}

function judged(observation: Observation, sha256: string | null): Omit<Judgement, "expected"> {
  switch (observation.state) {
    case "none":
      return { verdict: "fail", actual: "nothing there" };
    case "other":
      return { verdict: "fail", actual: `a ${observation.type}` };
    case "summed": {
      const isSame = observation.sha256 === sha256?.toLowerCase();
      return { verdict: isSame ? "pass" : "fail", actual: `SHA-256 ${observation.sha256}` };
    }
    case "searched": {
      const { line, isTruncated } = observation;
      if (line !== null) return { verdict: "pass", actual: `a match in line ${String(line)}` };
      if (!isTruncated) return { verdict: "fail", actual: "no match" };
      const actual = `no match in the first ${String(LIMIT_MIB)} MiB; the rest was not searched`;
      return { verdict: "error", actual };
    }
  }
}

function shownWanted({ regex, sha256 }: Wanted): string {
  return regex === null
    ? `SHA-256 ${(sha256 ?? "").toLowerCase()}`
    : `a match of ${shownPattern(regex)}`;
}
