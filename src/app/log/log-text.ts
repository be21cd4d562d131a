import { isSecretName } from "../../model/secret-name.ts";
import { replaceUnsafe } from "../../model/text.ts";

/** What is longer than this is cut, in characters. */
const LIMIT_CHARACTERS = 8_192;
/** So much of a text is looked at for what must not be shown. */
const LIMIT_READ = 8 * LIMIT_CHARACTERS;

const HIDDEN = "***";
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END|$)/gu;
/** Up to the last `@` before the path: a password may hold one. */
const CREDENTIALS = /(?<=\b[a-z][a-z\d+.-]{0,30}:\/\/)[^\s/?#"'<>]{1,2000}@/giu;
const HEADER =
  /(?<=\b(?:(?:proxy-)?authorization|(?:set-)?cookie2?|x-api-key)["']?\s?[:=]\s{0,20})\S[^\r\n]*/giu;
const SCHEME = /(?<=\b(?:bearer|basic|digest)\s{1,20})[\w+/=.~-]{8,}/giu;
const VALUE = String.raw`(?:"[^"]*"?|'[^']*'?|[^\s&;,"'}]+)`;
const ASSIGNED = new RegExp(
  String.raw`(?<=(?:^|[^\w-])(?<name>[\w-]{1,80})["']?\s?=\s{0,20})${VALUE}`,
  "gu",
);
/** A path such as `server.tls.key:` names what is spoken of. */
const SAID = new RegExp(
  String.raw`(?<=(?:^|[^\w.-])(?<name>[\w-]{1,80})["']?\s?:\s{0,20})${VALUE}`,
  "gu",
);

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Takes out of a text what nobody may read in a log: credentials of URLs, headers that let somebody in, private keys, and
 * whatever stands after a name such as `token=` or `"password":`.
 *
 * @param text - Anything.
 * @returns At most 8,192 characters of it, with `***` for each.
 */
export function withoutSecrets(text: string): string {
  const bare = text
    .slice(0, LIMIT_READ)
    .replace(PRIVATE_KEY, HIDDEN)
    .replace(CREDENTIALS, `${HIDDEN}@`)
    .replace(HEADER, HIDDEN)
    .replace(SCHEME, HIDDEN)
    .replace(ASSIGNED, hideSecret)
    .replace(SAID, hideSecret);
  return bare.length <= LIMIT_CHARACTERS ? bare : `${bare.slice(0, LIMIT_CHARACTERS - 1)}…`;
}

/**
 * Makes a text one line that drives no terminal.
 *
 * @param text - Anything.
 * @returns The text; what would break the line is written as in a string of JSON.
 */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\n\r\t]/gu, (found) => ESCAPES[found] ?? "");
  return replaceUnsafe(line, escapeUnits);
}

/**
 * Writes data as JSON on one line that drives no terminal either.
 *
 * @param data - Plain data.
 * @returns The line, without the newline that ends it.
 */
export function jsonLine(data: unknown): string {
  return replaceUnsafe(JSON.stringify(data), escapeUnits);
}

function hideSecret(value: string, name: string): string {
  return isSecretName(name) ? HIDDEN : value;
}

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
