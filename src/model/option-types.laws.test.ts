import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anything, CREDENTIALS, SECRET } from "../../test/support/hostile.ts";
import { anyJson, command, either, list, object, record } from "./composite-types.ts";
import type { Json } from "./json.ts";
import type { OptionType } from "./option-type.ts";
import {
  boolean,
  duration,
  integer,
  number,
  oneOf,
  resourceReference,
  secretReference,
  text,
  url,
} from "./option-types.ts";
import { InvalidOption } from "./options.ts";
import { pattern } from "./pattern-option.ts";

const fields = {
  port: integer(1, 65_535).required("A port."),
  hosts: list(text()).or(["a"], "Hosts."),
  password: secretReference().optional("A password."),
};

const TYPES: Readonly<Record<string, OptionType<unknown, Json>>> = {
  text: text({ mayBeEmpty: true }),
  "text like a word": text({ like: /^\w+$/u, label: "a word" }),
  number: number({ least: -1e300, most: 1e300 }),
  integer: integer(-10),
  boolean: boolean(),
  oneOf: oneOf(["a", "constructor"]),
  duration: duration({ mayBeZero: true }),
  url: url("http", "https", "postgres", "file"),
  pattern: pattern(),
  "list of durations": list(duration()),
  "record of text": record(text({ mayBeEmpty: true })),
  object: object(fields),
  "either text or numbers": either(text(), list(number())),
  "either text or a secret": either(text({ most: 20 }), secretReference()),
  secretReference: secretReference(),
  resourceReference: resourceReference(),
  command: command(),
  anyJson: anyJson(),
};

// Values that some type takes, so that the laws are not about refusals alone.
const plausible = fc.oneof(
  anything,
  fc.double({ noNaN: true }),
  fc.double({ min: 0, noNaN: true }),
  fc.tuple(fc.nat(), fc.constantFrom("d", "h", "m", "s", "ms")).map(([n, u]) => `${String(n)}${u}`),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string().map((name) => `file:///${name} `),
  fc.array(fc.double({ min: 0 }), { maxLength: 4 }),
  fc.array(fc.string(), { maxLength: 4 }),
  fc.dictionary(fc.string(), fc.string()),
  fc.jsonValue(),
  fc.record({ port: fc.nat(70_000), hosts: fc.array(fc.string()) }, { requiredKeys: ["port"] }),
);

const CONTROLS = /\p{Cc}/u;

function attempt(type: OptionType<unknown, Json>, value: unknown): Json | InvalidOption {
  try {
    return type.read(value);
  } catch (error) {
    if (error instanceof InvalidOption) return error;
    throw error;
  }
}

describe.each(Object.entries(TYPES))("the option type %s", (_, type) => {
  // A type may take everything that is drawn, or nothing.
  const read = (value: unknown): Json | InvalidOption => {
    const result = attempt(type, value);
    expect(result).toBeDefined();
    return result;
  };

  it("reads anything, or refuses it with an InvalidOption of a few words", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const result = read(value);
        if (!(result instanceof InvalidOption)) return;
        expect(result.message).not.toBe("");
        expect(`${result.message}${result.hint ?? ""}`.length).toBeLessThan(1_500);
        expect(`${result.message}${result.property}`).not.toMatch(CONTROLS);
      }),
    );
  });

  it("gives the same again for what it gave, also through JSON", () => {
    fc.assert(
      fc.property(plausible, (value) => {
        const result = read(value);
        if (result instanceof InvalidOption) return;
        expect(type.read(result)).toEqual(result);
        const restored: unknown = JSON.parse(JSON.stringify(result));
        expect(restored).toEqual(result);
        expect(type.read(restored)).toEqual(result);
      }),
    );
  });

  it("never repeats the credentials of a URL", () => {
    const shown = fc
      .tuple(
        fc.string(),
        fc.constantFrom("http://", "ftp://", "//", "x://", "postgres:"),
        fc.string(),
      )
      .map(([before, scheme, after]) => `${before}${scheme}${CREDENTIALS}@${after}`);
    const places = fc.oneof(
      shown,
      shown.map((value) => [value, 1, "\0"]),
      shown.map((value) => ({ [value]: 1 })),
      shown.map((value) => ({ port: value, hosts: [value], password: value })),
    );
    fc.assert(
      fc.property(places, (value) => {
        const result = read(value);
        if (!(result instanceof InvalidOption)) return;
        expect(`${result.message} ${result.property} ${result.hint ?? ""}`).not.toContain(SECRET);
      }),
    );
  });
});

it.each([
  ["secretReference", secretReference()],
  ["either with a secret", either(text({ most: 3 }), secretReference())],
  ["either with a secret first", either(secretReference(), integer(1))],
  ["an object with a secret", object(fields)],
  ["a list of secrets", list(secretReference())],
  ["a list of either", list(either(secretReference(), integer(1)))],
])("%s never repeats what may be the secret itself", (_, type) => {
  const values = ["hunter22", { secretEnv: ["hunter22"] }, { secret: "hunter22" }, ["hunter22"]];
  for (const value of [...values, ...values.map((password) => ({ port: 1, password }))]) {
    const read = attempt(type, value);
    expect(read).toBeInstanceOf(InvalidOption);
    const { message, hint, property } = read as InvalidOption;
    expect(`${message} ${hint ?? ""} ${property}`).not.toContain("hunter22");
  }
});
