import fc from "fast-check";
import { expect, it } from "vitest";
import { readOptions } from "./options.ts";
import { isSelected, PROGRAM_NAME, selectionOf, shownSelection } from "./program-name.ts";

it.each([
  ["web", { group: "web", program: "web" }, "web"],
  ["web:web", { group: "web", program: "web" }, "web"],
  ["workers:mailer", { group: "workers", program: "mailer" }, "workers:mailer"],
  ["workers:*", { group: "workers", program: null }, "workers:*"],
  ["workers:", { group: "workers", program: null }, "workers:*"],
  ["a:b:c", { group: "a", program: "b:c" }, "a:b:c"],
])("selectionOf() reads %s", (name, selection, shown) => {
  expect(selectionOf(name)).toEqual(selection);
  expect(shownSelection(selection)).toBe(shown);
});

it.each(["", ":", ":web", "a b", "web\n", "[web]", "x".repeat(256)])(
  "%j names no program",
  (name) => {
    expect(selectionOf(name)).toBeNull();
    const { problems } = readOptions({ name: PROGRAM_NAME.required("Which.") }, { name });
    expect(problems).toHaveLength(1);
  },
);

it.each([
  ["web", "web", true],
  ["web", "web:web", true],
  ["web", "web:web_00", false],
  ["web:*", "web:web_00", true],
  ["web:*", "web", true],
  ["web:*", "webs:web", false],
  ["workers:mailer", "workers:mailer", true],
  ["mailer", "workers:mailer", false],
])("%s means %s: %s", (selection, name, isMeant) => {
  const selected = selectionOf(selection);
  expect(selected !== null && isSelected(name, selected)).toBe(isMeant);
});

it("any text is a name that means itself, or none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z:*]{0,12}$/u)), (name) => {
      const selection = selectionOf(name);
      if (selection === null) return;
      expect(selectionOf(shownSelection(selection))).toEqual(selection);
      expect(isSelected(name, selection)).toBe(true);
    }),
  );
});
