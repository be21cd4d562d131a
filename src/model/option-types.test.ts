import { expect, it } from "vitest";
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
import { secret } from "./secret.ts";

it.each([
  ["", "must not be empty"],
  ["a\0", "must not contain a NUL character"],
  ["abcd", "must have at most 3 characters"],
  [1, "must be text: got 1"],
])("text() refuses %j", (value, message) => {
  expect(() => text({ most: 3 }).read(value)).toThrow(message);
});

it("text() takes what it must look like, and may take nothing at all", () => {
  const word = text({ like: /^\w+$/u, label: "a word" });
  expect(word.read("abc")).toBe("abc");
  expect(() => word.read("a b")).toThrow('must be a word: got "a b"');
  expect(text({ mayBeEmpty: true }).read("")).toBe("");
});

it.each([NaN, Infinity, -1, "1", 1n, null])("number() refuses %s", (value) => {
  expect(() => number().read(value)).toThrow("must be number of 0 or more");
});

it("number() takes its bounds, and no negative zero", () => {
  const percent = number({ most: 100 });
  expect([percent.read(0), percent.read(99.5), percent.read(100)]).toEqual([0, 99.5, 100]);
  expect(Object.is(percent.read(-0), 0)).toBe(true);
  expect(() => percent.read(100.1)).toThrow("must be number from 0 to 100: got 100.1");
});

it("integer() refuses a fraction", () => {
  expect(integer(-1, 3).read(-1)).toBe(-1);
  expect(() => integer(-1, 3).read(1.5)).toThrow("must be integer from -1 to 3: got 1.5");
});

it("boolean() takes no text for it", () => {
  expect([boolean().read(true), boolean().read(false)]).toEqual([true, false]);
  expect(() => boolean().read("true")).toThrow('must be true or false: got "true"');
});

it("oneOf() takes its words alone", () => {
  expect(oneOf(["a", "b"]).read("b")).toBe("b");
  expect(() => oneOf(["a", "b"]).read("c")).toThrow('must be one of "a", "b": got "c"');
});

it.each([
  [2, 2],
  [0.07, 0.07],
  ["500ms", 0.5],
  ["2h", 7_200],
  ["30", 30],
])("duration() reads %j as %d seconds", (value, seconds) => {
  expect(duration().read(value)).toBe(seconds);
});

it.each([0, -1, "0s", "soon", Infinity, null])("duration() refuses %s", (value) => {
  expect(() => duration().read(value)).toThrow("must be duration above 0, in seconds or such as");
});

it("duration() may be zero when that means something", () => {
  expect([duration({ mayBeZero: true }).read("0s"), duration({ mayBeZero: true }).read(0)]).toEqual(
    [0, 0],
  );
});

it("url() reads text and URLs, and writes them in one way", () => {
  const http = url("http", "https");
  expect(http.read("HTTP://Example.com:80")).toBe("http://example.com/");
  expect(http.read(new URL("https://a/b c"))).toBe("https://a/b%20c");
});

it.each(["/path", "ftp://a/", "http://", 7, "a".repeat(70_000), { href: "http://a/" }])(
  "url() refuses %j",
  (value) => {
    expect(() => url("http", "https").read(value)).toThrow(
      "must be absolute URL with http: or https:",
    );
  },
);

it.each(["http://user:secret@a/", "http://:secret@a/", new URL("https://secret@a/")])(
  "url() refuses credentials and does not repeat them: %s",
  (value) => {
    const read = (): unknown => url("http", "https").read(value);
    expect(read).toThrow("must not hold credentials");
    expect(read).not.toThrow("secret@");
  },
);

it("secretReference() takes where a secret is, and nothing else", () => {
  const type = secretReference();
  expect(type.read(secret.env("A"))).toEqual({ secretEnv: "A" });
  expect(type.read(secret.file("/a"))).toEqual({ secretFile: "/a" });
  for (const value of ["hunter22", { secretEnv: "" }, { secretEnv: "A", secretFile: "B" }, null]) {
    expect(() => type.read(value)).toThrow(
      'must be secret.env("NAME") or secret.file("path"), never the secret itself',
    );
  }
});

it("resourceReference() takes a name, or whatever has one", () => {
  const type = resourceReference();
  class Thing {
    readonly name = "redis";
  }
  expect([type.read("redis"), type.read(new Thing())]).toEqual(["redis", "redis"]);
  expect(() => type.read({ name: "" })).toThrow("must be a resource, or its name: got an object");
  expect(type.required("It.").isReference).toBe(true);
});
