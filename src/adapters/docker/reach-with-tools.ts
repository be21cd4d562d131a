import { ObservationError } from "../../model/errors.ts";
import { singleLine } from "../../model/text.ts";
import type { CommandOutcome } from "../../ports/commands.ts";
import type { Reach } from "../../ports/containers.ts";
import { CommandNotStarted } from "./engine.ts";

/** Runs a command inside the container. */
export type RunInside = (command: readonly string[]) => Promise<CommandOutcome>;

/** How to reach something from inside a container. */
export interface ToolMeans {
  /** What to reach, as a URL, for HTTP. */
  readonly url: string;
  readonly run: RunInside;
  /** Why a probe of our own cannot be used, though it was tried; null when it was not. */
  readonly obstacle: string | null;
}

/** What a tool found: null for reached, `unusable` when it cannot say, otherwise why not. */
type Finding = { readonly failure: string | null } | "unusable";

interface Tool {
  readonly command: (to: Reach, url: string) => readonly string[];
  /** Turns how it ended into what it found. */
  readonly judge: (outcome: CommandOutcome) => Finding;
}

const ROOT_NEEDED = "run clockwork as root on the engine's own Linux machine";
const REASON_LIMIT_CHARACTERS = 300;
/** A shell's codes for a command that is not there or was killed; a static BusyBox may also crash on a name. */
const BROKEN_CODE = 126;
const USAGE = /invalid option|unrecognized option|unknown option|usage:/iu;

/** Bash connects by itself; what it says goes to standard error. Host and port come as `$0` and `$1`, never as program. */
const BASH_TCP = 'exec 3<>"/dev/tcp/$0/$1"';
const BASH_HTTP =
  'exec 3<>"/dev/tcp/$0/$1" && printf "GET %s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n" "$2" "$0" >&3 && IFS= read -r line <&3 && [[ $line == HTTP/* ]]';

const TCP_TOOLS: Readonly<Record<string, Tool>> = {
  nc: {
    command: (to) => ["nc", "-z", "-w", seconds(to), to.host, String(to.port)],
    judge: byExitCode,
  },
  bash: {
    command: (to) => ["bash", "-c", BASH_TCP, to.host, String(to.port)],
    judge: byFirstLine,
  },
};

const HTTP_TOOLS: Readonly<Record<string, Tool>> = {
  curl: {
    command: (to, url) => ["curl", "-sS", "-o", "/dev/null", "-m", seconds(to), "--", url],
    judge: byExitCode,
  },
  wget: {
    command: (to, url) => ["wget", "-O", "/dev/null", "-T", seconds(to), url],
    judge: (outcome) => {
      // GNU's own code for an answer that is an error, and what BusyBox writes then.
      const isAnswered = outcome.exitCode === 8 || /server returned error/iu.test(outcome.stderr);
      return isAnswered ? { failure: null } : byExitCode(outcome);
    },
  },
  bash: {
    command: (to, url) => [
      ...["bash", "-c", BASH_HTTP, to.host, String(to.port)],
      new URL(url).pathname + new URL(url).search,
    ],
    judge: byFirstLine,
  },
};

/**
 * Tries to reach an address with what the image of a container has: `nc` or `bash` for TCP; `curl`, `wget` or `bash` for HTTP.
 *
 * @param to - What to reach.
 * @param means - How to ask for it, and what stands in the way of asking without such a tool.
 * @returns Null when it was reached; otherwise why not.
 * @throws {@link ObservationError} When the image has none of these tools.
 */
export async function reachWithTools(
  to: Reach,
  { url, run, obstacle }: ToolMeans,
): Promise<string | null> {
  const tools = to.protocol === "tcp" ? TCP_TOOLS : HTTP_TOOLS;
  for (const [name, { command, judge }] of Object.entries(tools)) {
    const outcome = await tryTool(run, command(to, url));
    const finding = outcome === null ? "unusable" : judge(outcome);
    if (finding === "unusable") continue;
    return finding.failure === null ? null : `${finding.failure} (asked with ${name})`;
  }
  const wanted = Object.keys(tools)
    .join(", ")
    .replace(/, (?=\w+$)/u, " or ");
  throw new ObservationError(
    `nothing can be reached from inside the container: ${obstacle ?? ROOT_NEEDED}, or have ${wanted} in the image`,
  );
}

async function tryTool(run: RunInside, command: readonly string[]): Promise<CommandOutcome | null> {
  try {
    return await run(command);
  } catch (error) {
    if (error instanceof CommandNotStarted) return null;
    throw error;
  }
}

// Most tools say last why they gave up, after what they tried.
function byExitCode(outcome: CommandOutcome): Finding {
  return findingOf(outcome, -1);
}

// Bash says it first, and then once more in general.
function byFirstLine(outcome: CommandOutcome): Finding {
  return findingOf(outcome, 0);
}

function findingOf({ exitCode, stdout, stderr }: CommandOutcome, line: number): Finding {
  if (exitCode === 0) return { failure: null };
  if (exitCode === null || exitCode >= BROKEN_CODE || USAGE.test(stderr)) return "unusable";
  const told = (stderr === "" ? stdout : stderr).trim().split("\n").at(line) ?? "";
  const said = singleLine(told).slice(0, REASON_LIMIT_CHARACTERS);
  return { failure: said === "" ? "no connection" : said };
}

// Whole ones are all that BusyBox understands.
function seconds({ timeoutMs }: Reach): string {
  return String(Math.max(1, Math.ceil(timeoutMs / 1_000)));
}
