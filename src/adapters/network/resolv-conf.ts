import { nameProblem } from "./host-name.ts";

/** How this machine wants names to be looked up. */
export interface ResolvConf {
  /** Domains to try a short name in, without dots at their ends; empty text stands for the root. */
  readonly search: readonly string[];
  /** A name with at least this many dots is tried as it stands first; 0 to 15. */
  readonly ndots: number;
  /** How long to wait for a name server the first time, in seconds, 1 to 30. */
  readonly timeoutSeconds: number;
  /** How often to ask a silent name server, 1 to 5. */
  readonly attempts: number;
}

const SEARCH_LIMIT = 32;
const NAME_LIMIT_CHARACTERS = 253;
const NDOTS_LIMIT = 15;
const TIMEOUT_LIMIT_SECONDS = 30;
const ATTEMPTS_LIMIT = 5;

/** As glibc, except that it waits 5 s, twice: a check has 5 s in all by default, and one lost packet would use them up. */
const DEFAULTS: ResolvConf = { search: [], ndots: 1, timeoutSeconds: 1, attempts: 3 };

/**
 * Reads the text of `/etc/resolv.conf`, except for the name servers themselves, which c-ares reads on every system.
 *
 * What is not understood says nothing. Of several `search` and `domain` lines the last one counts.
 *
 * @param text - The text of the file.
 * @returns What it says, with defaults for the rest.
 */
export function parseResolvConf(text: string): ResolvConf {
  let conf = DEFAULTS;
  for (const [line] of text.matchAll(/[^\r\n]+/gu)) {
    const [keyword = "", ...values] = line.match(/[^ \t\v\f]+/gu) ?? [];
    if (keyword === "search") conf = { ...conf, search: domainsOf(values) };
    else if (keyword === "domain") conf = { ...conf, search: domainsOf(values.slice(0, 1)) };
    else if (keyword === "options") conf = withOptions(conf, values);
  }
  return conf;
}

/**
 * Lists the full names that a name may stand for, in the order in which glibc asks for them.
 *
 * @param name - A name, in lower case. With a dot at its end it stands for itself alone.
 * @param conf - Search domains, and from how many dots on a name is tried as it stands first.
 * @returns One or more names without a dot at their ends.
 */
export function candidateNames(name: string, conf: Pick<ResolvConf, "search" | "ndots">): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = conf.search
    .map((domain) => (domain === "" ? name : `${name}.${domain}`))
    .filter((candidate) => candidate.length <= NAME_LIMIT_CHARACTERS);
  const dots = name.split(".").length - 1;
  return [...new Set(dots >= conf.ndots ? [name, ...searched] : [...searched, name])];
}

function domainsOf(values: readonly string[]): string[] {
  return values
    .map((value) => value.toLowerCase().replace(/^\.|\.$/gu, ""))
    .filter((domain) => domain === "" || nameProblem(domain) === null)
    .slice(0, SEARCH_LIMIT);
}

function withOptions(conf: ResolvConf, options: readonly string[]): ResolvConf {
  let { ndots, timeoutSeconds, attempts } = conf;
  for (const option of options) {
    const [, key, digits] = /^(ndots|timeout|attempts):(\d{1,9})$/u.exec(option) ?? [];
    const value = Number(digits);
    if (key === "ndots") ndots = Math.min(value, NDOTS_LIMIT);
    else if (key === "timeout") timeoutSeconds = clamped(value, TIMEOUT_LIMIT_SECONDS);
    else if (key === "attempts") attempts = clamped(value, ATTEMPTS_LIMIT);
  }
  return { ...conf, ndots, timeoutSeconds, attempts };
}

function clamped(value: number, limit: number): number {
  return Math.min(Math.max(value, 1), limit);
}
