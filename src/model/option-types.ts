import { durationMs, type Duration } from "./duration.ts";
import { isRecord } from "./json.ts";
import { mustBe, OptionType } from "./option-type.ts";
import { InvalidOption } from "./options.ts";
import type { SecretReference } from "./secret.ts";

const LIMIT_CHARACTERS = 65_536;

/**
 * Text.
 *
 * @param limits - The most characters, 65,536 by default; whether it may be empty; what it must look like, and that in words.
 * @returns The type.
 */
export function text(
  limits: {
    readonly most?: number;
    readonly mayBeEmpty?: boolean;
    readonly like?: RegExp;
    readonly label?: string;
  } = {},
): OptionType<string, string> {
  const { most = LIMIT_CHARACTERS, mayBeEmpty = false, like, label = "text" } = limits;
  return new OptionType(label, (value) => {
    if (typeof value !== "string") throw mustBe(label, value);
    if (value === "" && !mayBeEmpty) throw new InvalidOption("must not be empty");
    if (value.length > most) {
      throw new InvalidOption(`must have at most ${String(most)} characters`);
    }
    if (value.includes("\0")) throw new InvalidOption("must not contain a NUL character");
    if (like?.test(value) === false) throw mustBe(label, value);
    return value;
  });
}

/**
 * A number.
 *
 * @param limits - Least and greatest value, and whether it must be whole.
 * @returns The type.
 */
export function number(
  limits: { readonly least?: number; readonly most?: number; readonly isWhole?: boolean } = {},
): OptionType<number, number> {
  const { least = 0, most = Number.MAX_SAFE_INTEGER, isWhole = false } = limits;
  const range =
    most === Number.MAX_SAFE_INTEGER
      ? `of ${String(least)} or more`
      : `from ${String(least)} to ${String(most)}`;
  const label = `${isWhole ? "integer" : "number"} ${range}`;
  return new OptionType(label, (value) => {
    const isFine =
      typeof value === "number" &&
      value >= least &&
      value <= most &&
      (isWhole ? Number.isInteger(value) : Number.isFinite(value));
    if (!isFine) throw mustBe(label, value);
    // JSON knows no negative zero: what is read back must be what was read.
    return value === 0 ? 0 : value;
  });
}

/**
 * A whole number.
 *
 * @param least - The least value allowed.
 * @param most - The greatest value allowed; none by default.
 * @returns The type.
 */
export function integer(least: number, most?: number): OptionType<number, number> {
  return number({ least, isWhole: true, ...(most === undefined ? {} : { most }) });
}

/**
 * Yes or no.
 *
 * @returns The type.
 */
export function boolean(): OptionType<boolean, boolean> {
  return new OptionType("true or false", (value) => {
    if (typeof value !== "boolean") throw mustBe("true or false", value);
    return value;
  });
}

/**
 * One of a few words.
 *
 * @param words - What it may be.
 * @returns The type.
 */
export function oneOf<const W extends string>(words: readonly W[]): OptionType<W, W> {
  const label = words.map((word) => JSON.stringify(word)).join(", ");
  return new OptionType(`one of ${label}`, (value) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw mustBe(`one of ${label}`, value);
    return word;
  });
}

/**
 * A length of time.
 *
 * @param limits - Whether zero is allowed; it is not by default.
 * @returns The type; its values are seconds.
 */
export function duration(
  limits: { readonly mayBeZero?: boolean } = {},
): OptionType<Duration, number> {
  const label = `duration ${limits.mayBeZero === true ? "of 0 or more" : "above 0"}, in seconds or such as "500ms", "2h"`;
  return new OptionType(label, (value) => {
    const valueMs =
      typeof value === "number" || typeof value === "string" ? durationMs(value) : null;
    if (valueMs === null || (valueMs === 0 && limits.mayBeZero !== true)) {
      throw mustBe(label, value);
    }
    // Seconds stay what they are, as a multiplication and a division do not always cancel out.
    return typeof value === "number" && valueMs > 0 ? value : valueMs / 1_000;
  });
}

/**
 * An absolute URL without credentials in it.
 *
 * @param schemes - Such as `http`, `https`.
 * @returns The type; its values are text.
 */
export function url(...schemes: readonly string[]): OptionType<string | URL, string> {
  const label = `absolute URL with ${schemes.map((scheme) => `${scheme}:`).join(" or ")}`;
  return new OptionType(label, (value) => {
    const given = value instanceof URL ? value.href : value;
    if (typeof given !== "string" || given.length > LIMIT_CHARACTERS) throw mustBe(label, value);
    const parsed = URL.parse(given);
    if (parsed === null || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw mustBe(label, value);
    }
    if (parsed.username !== "" || parsed.password !== "") {
      throw new InvalidOption(
        "must not hold credentials, as it is written into plans and reports",
        {
          hint: `use a header or credentials with secret.env("…")`,
        },
      );
    }
    return parsed.href;
  });
}

/**
 * A secret: never text, only where it is.
 *
 * @returns The type.
 */
export function secretReference(): OptionType<SecretReference, SecretReference> {
  const label = 'secret.env("NAME") or secret.file("path")';
  return new OptionType(
    label,
    (value) => {
      if (isRecord(value) && Object.keys(value).length === 1) {
        const { secretEnv, secretFile } = value;
        if (typeof secretEnv === "string" && secretEnv !== "") return { secretEnv };
        if (typeof secretFile === "string" && secretFile !== "") return { secretFile };
      }
      // The value may be the secret itself: it must not get into the message.
      throw new InvalidOption(`must be ${label}, never the secret itself`);
    },
    { isSecret: true },
  );
}

/**
 * The name of a resource, or the resource itself.
 *
 * @returns The type; its values are names.
 */
export function resourceReference(): OptionType<string | { readonly name: string }, string> {
  const label = "resource, or its name";
  return new OptionType(
    label,
    (value) => {
      const name = isRecord(value) ? value["name"] : value;
      if (typeof name === "string" && name !== "") return name;
      throw mustBe(`a ${label}`, value);
    },
    { isReference: true },
  );
}
