import fc from "fast-check";
import { expect, it } from "vitest";
import { InvalidOption } from "../../model/options.ts";
import { contentProblems, serviceUnit } from "./systemd-options.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it.each(["[Service]\nExecStart=/bin/a\n", "[Unit]\nDescription=ü\n [Service] \n"])(
  "contentProblems() has nothing against %j",
  (text) => {
    expect(contentProblems(bytes(text), "content")).toEqual([]);
  },
);

it.each([
  ["", "no section [Service]"],
  ["[service]\n", "no section [Service]"],
  ["#[Service]\n", "no section [Service]"],
  ["[Service]\n\0", "holds a zero byte"],
])("contentProblems() of %j", (text, message) => {
  expect(contentProblems(bytes(text), "source")).toMatchObject([
    { property: "source", message: expect.stringContaining(message) as string },
  ]);
});

it("serviceUnit() gives the name of a service or an InvalidOption, whatever the value", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      try {
        const unit = serviceUnit(value);
        expect(unit).toMatch(/^[\w:.\\@-]+\.service$/u);
        expect(serviceUnit(unit)).toBe(unit);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOption);
      }
    }),
  );
});
