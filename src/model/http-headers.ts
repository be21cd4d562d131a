import { ObservationError } from "./errors.ts";
import { isPlainObject } from "./json.ts";
import { OptionType } from "./option-type.ts";
import { secretReference, text } from "./option-types.ts";
import { InvalidOption, shownValue } from "./options.ts";
import { isSecretName } from "./secret-name.ts";
import { describeSecret, type SecretReference } from "./secret.ts";

/** What a header is set to: text, or where a secret is. */
export type HeaderValue = string | SecretReference;

/** Headers to send. */
export interface ResolvedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** The secrets among their values: nothing that is shown may hold them. */
  readonly secrets: readonly string[];
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/u;
const CONTROL_CHARACTER = /[^\t\P{Cc}]/u;
/** What says how a message is framed is not for people to set. */
const FRAMING = /^(?:connection|content-length|transfer-encoding)$/iu;

const LIMIT_HEADERS = 100;
const LIMIT_NAME_CHARACTERS = 256;
const LIMIT_VALUE_CHARACTERS = 8_192;

/**
 * Tells by its name whether a header may hold a secret.
 *
 * @param name - In any case.
 * @returns True for such as `Authorization`, `Set-Cookie`, `X-Api-Key`.
 */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name);
}

/**
 * The name of a header.
 *
 * @returns The type.
 */
export function headerName(): OptionType<string, string> {
  return text({
    most: LIMIT_NAME_CHARACTERS,
    like: TOKEN,
    label: "name of a header such as Content-Type",
  });
}

/**
 * Headers of a request: text or secrets by name. What a header named like a secret is set to must be one.
 *
 * @returns The type.
 */
export function requestHeaders(): OptionType<
  Readonly<Record<string, HeaderValue>>,
  Readonly<Record<string, HeaderValue>>
> {
  const label = 'object of text or secret.env("NAME") by name';
  return new OptionType(label, (value) => {
    if (!isPlainObject(value))
      throw new InvalidOption(`must be an ${label}: got ${shownValue(value)}`);
    const entries = Object.entries(value);
    if (entries.length > LIMIT_HEADERS) {
      throw new InvalidOption(`must have at most ${String(LIMIT_HEADERS)} headers`);
    }
    const seen = new Set<string>();
    for (const [name] of entries) {
      checkName(name);
      if (seen.has(name.toLowerCase())) {
        throw new InvalidOption("is given twice", { property: `.${name}` });
      }
      seen.add(name.toLowerCase());
    }
    return Object.fromEntries(entries.map(([name, entry]) => [name, readValue(name, entry)]));
  });
}

/**
 * Looks up the secrets among headers.
 *
 * @param headers - As configured; null for none.
 * @param secrets - Where secrets come from.
 * @returns The headers to send.
 * @throws {@link ObservationError} When a secret is not there, or cannot stand in a header.
 */
export async function resolveHeaders(
  headers: Readonly<Record<string, HeaderValue>> | null,
  secrets: { readonly resolve: (reference: SecretReference) => Promise<string> },
): Promise<ResolvedHeaders> {
  const resolved: [string, string][] = [];
  const found: string[] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value === "string") {
      resolved.push([name, value]);
      continue;
    }
    const secret = await secrets.resolve(value);
    if (CONTROL_CHARACTER.test(secret)) {
      const place = describeSecret(value);
      const problem = "it holds a line break or another control character";
      throw new ObservationError(`the secret from ${place} cannot be sent as ${name}: ${problem}`);
    }
    resolved.push([name, secret]);
    found.push(secret);
  }
  return { headers: Object.fromEntries(resolved), secrets: found };
}

function checkName(name: string): void {
  if (name.length > LIMIT_NAME_CHARACTERS || !TOKEN.test(name)) {
    throw new InvalidOption(`must be named like headers are: got ${shownValue(name)}`);
  }
  if (FRAMING.test(name)) throw new InvalidOption("cannot be set", { property: `.${name}` });
}

// A message never shows the value: it may be the secret itself.
function readValue(name: string, value: unknown): HeaderValue {
  const property = `.${name}`;
  if (isPlainObject(value)) return readSecret(property, value);
  if (typeof value !== "string") {
    throw new InvalidOption('must be text or secret.env("NAME")', { property });
  }
  if (value.length > LIMIT_VALUE_CHARACTERS) {
    const limit = String(LIMIT_VALUE_CHARACTERS);
    throw new InvalidOption(`must have at most ${limit} characters`, { property });
  }
  if (CONTROL_CHARACTER.test(value)) {
    throw new InvalidOption("must not hold line breaks or other control characters", { property });
  }
  if (isSecretHeader(name)) {
    const hint = `write secret.env("NAME"), the variable holding the whole value`;
    throw new InvalidOption("must be a secret, as plans and reports are no place for one", {
      property,
      hint,
    });
  }
  return value;
}

function readSecret(property: string, value: unknown): SecretReference {
  try {
    return secretReference().read(value);
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    throw new InvalidOption(error.message, { property, hint: error.hint, code: error.code });
  }
}
