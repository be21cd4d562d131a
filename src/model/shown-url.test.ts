import { expect, it } from "vitest";
import { shownUrl } from "./shown-url.ts";

it.each([
  ["http://user:secret@host/", "http://user:***@host/"],
  ["http://token@host/x?key=secret#part", "http://***@host/x?…"],
  ["http://host/", "http://host/"],
  ["nonsense", "nonsense"],
])("shownUrl() shows %s as %s", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
