import { expect, it } from "vitest";
import { object, record } from "./composite-types.ts";
import { integer, oneOf, secretReference, text } from "./option-types.ts";
import { InvalidOption, readOptions, readValues, shownKey, shownValue } from "./options.ts";

const fields = {
  port: integer(1, 65_535).required("The port."),
  protocol: oneOf(["tcp", "udp"]).or("tcp", "The protocol."),
  host: text().optional("The host."),
};

it("readOptions fills in what is not given: null, or the default", () => {
  const { values, problems } = readOptions(fields, { port: 80, host: undefined });
  expect(problems).toEqual([]);
  expect(values).toEqual({ port: 80, protocol: "tcp", host: null });
});

it("readOptions finds everything that is wrong at once", () => {
  const { values, problems } = readOptions(fields, { port: 0, protocol: "tpc", hots: "a" });
  expect(values).toBeNull();
  expect(problems).toEqual([
    {
      code: "option-invalid",
      property: "port",
      message: "must be integer from 1 to 65535: got 0",
      hint: null,
    },
    {
      code: "option-invalid",
      property: "protocol",
      message: 'must be one of "tcp", "udp": got "tpc"',
      hint: null,
    },
    {
      code: "option-unknown",
      property: "hots",
      message: "is not an option of this kind",
      hint: "did you mean host?",
    },
  ]);
});

it("readOptions says which options there are when none is near", () => {
  const { problems } = readOptions(fields, { port: 1, colour: "red" });
  expect(problems).toMatchObject([{ hint: "it takes port, protocol, host" }]);
  expect(readOptions({}, { colour: 1 }).problems).toMatchObject([{ hint: "it takes none" }]);
});

it.each([undefined, null])("readOptions says what is needed when %s is given", (port) => {
  expect(readOptions(fields, { port }).problems).toMatchObject([
    { code: "option-missing", property: "port", message: "is needed: integer from 1 to 65535" },
  ]);
});

it.each([
  ["hunter22", "text"],
  [[1], "a list"],
  [new Map([["port", 1]]), "an object"],
  [null, "null"],
  [7, "7"],
])("readOptions takes nothing but an object of options: %s", (options, shown) => {
  expect(readOptions(fields, options)).toMatchObject({
    values: null,
    problems: [{ property: "", message: `needs an object of options: got ${shown}` }],
  });
});

it("readOptions does not take an inherited name for an option", () => {
  expect(readOptions(fields, { port: 1, constructor: 1 }).problems).toMatchObject([
    { code: "option-unknown", property: "constructor" },
  ]);
  expect(readOptions(fields, JSON.parse('{ "port": 1, "__proto__": {} }')).problems).toHaveLength(
    1,
  );
});

it("readOptions names an option that is no plain word within quotes, on one line", () => {
  const [problem] = readOptions({}, { "a\nb https://u:secret@h": 1 }).problems;
  expect(problem?.property).not.toContain("\n");
  expect(problem?.property).not.toContain("secret");
  expect(problem?.property).toMatch(/^\["/u);
});

it("readOptions names the path into a nested option, with its code", () => {
  const nested = { window: object({ of: integer(1, 9).required("Of.") }).optional("A window.") };
  expect(readOptions(nested, { window: { of: 10 } }).problems).toMatchObject([
    { property: "window.of", code: "option-invalid" },
  ]);
  expect(readOptions(nested, { window: {} }).problems).toMatchObject([
    { property: "window.of", code: "option-missing" },
  ]);
  expect(readOptions(nested, { window: { of: 1, off: 1 } }).problems).toMatchObject([
    { property: "window.off", code: "option-unknown", hint: "did you mean of?" },
  ]);
  const keyed = { env: record(text()).optional("Variables.") };
  expect(readOptions(keyed, { env: { "a b": 1 } }).problems).toMatchObject([
    { property: 'env["a b"]' },
  ]);
});

it("readOptions lets a bug of a field through", () => {
  const bug = new TypeError("a bug");
  const broken = {
    ...fields.host,
    read: () => {
      throw bug;
    },
  };
  expect(() => readOptions({ broken }, {})).toThrow(bug);
});

it("readValues gives what was read, and throws the first problem with its option", () => {
  expect(readValues(fields, { port: 1 })).toEqual({ port: 1, protocol: "tcp", host: null });
  expect(() => readValues(fields, { port: "80" })).toThrow(
    new InvalidOption('port must be integer from 1 to 65535: got "80"'),
  );
  expect(() => readValues(fields, {})).toThrow(expect.objectContaining({ code: "option-missing" }));
});

it.each([
  [undefined, "nothing"],
  [null, "null"],
  ["a", '"a"'],
  [1, "1"],
  [NaN, "NaN"],
  [true, "true"],
  [[1], "a list"],
  [{ password: "p" }, "an object"],
  [1n, "a bigint"],
  [Symbol("s"), "a symbol"],
  [() => 1, "a function"],
])("shownValue shows %s as %s", (value, shown) => {
  expect(shownValue(value)).toBe(shown);
});

it("shownValue cuts long text, and takes credentials out before it does", () => {
  expect(shownValue("x".repeat(500)).length).toBeLessThan(100);
  expect(shownValue(`postgres://user:${"secret".repeat(50)}@host/db`)).toBe(
    '"postgres://***@host/db"',
  );
});

it("shownKey writes a plain word after a dot, and anything else in brackets", () => {
  expect([shownKey("port"), shownKey("x-api-key"), shownKey("a.b"), shownKey("")]).toEqual([
    ".port",
    ".x-api-key",
    '["a.b"]',
    '[""]',
  ]);
});

it("a field tells the reference what it takes", () => {
  const { presence, type, summary, defaultText, isReference } = fields.protocol;
  expect({ presence, type, summary, defaultText, isReference }).toEqual({
    presence: "defaulted",
    type: 'one of "tcp", "udp"',
    summary: "The protocol.",
    defaultText: '"tcp"',
    isReference: false,
  });
  expect(secretReference().required("A secret.").defaultText).toBeNull();
});
