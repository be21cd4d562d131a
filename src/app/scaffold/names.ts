/** What a resource may be called. */
const LIMIT_CHARACTERS = 63;

/** Words that TypeScript keeps for itself where a constant is declared in a module. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/**
 * Makes a valid name of a resource that no other one has.
 *
 * @param wanted - What it might be called.
 * @param taken - The names of all others.
 * @returns Such as `db.example.com-5432`, or with `-2` at its end.
 */
export function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  const valid = wanted
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/gu, "-")
    .replace(/^[^A-Za-z0-9]+|-+$/gu, "");
  const base = (valid === "" ? "resource" : valid).slice(0, LIMIT_CHARACTERS);
  return firstFree((suffix) => {
    const end = suffix === "" ? "" : `-${suffix}`;
    const candidate = `${base.slice(0, LIMIT_CHARACTERS - end.length)}${end}`;
    return taken.has(candidate) ? null : candidate;
  });
}

/**
 * Makes an identifier of a name that a text does not use for anything else.
 *
 * @param name - The name of a resource.
 * @param text - TypeScript; whatever word is in it is taken, even in a comment.
 * @returns Such as `dbExampleCom5432`.
 */
export function uniqueIdentifier(name: string, text: string): string {
  const words = name.split(/[^A-Za-z0-9]+/u).filter((word) => word !== "");
  const [first = "resource", ...rest] = words;
  const joined = [lowered(first), ...rest.map(raised)].join("");
  const base = /^\d/u.test(joined) ? `host${joined}` : joined;
  const taken = new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []);
  return firstFree((suffix) => {
    const candidate = `${base}${suffix}`;
    return RESERVED.has(candidate) || taken.has(candidate) ? null : candidate;
  });
}

function firstFree(candidateFor: (suffix: string) => string | null): string {
  for (let count = 1; ; count += 1) {
    const candidate = candidateFor(count === 1 ? "" : String(count));
    if (candidate !== null) return candidate;
  }
}

function lowered(word: string): string {
  return /^[A-Z]+$/u.test(word)
    ? word.toLowerCase()
    : `${word.slice(0, 1).toLowerCase()}${word.slice(1)}`;
}

function raised(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
