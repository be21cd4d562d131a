import { expect, it } from "vitest";
import { loadSettings } from "../../src/app/settings/settings.ts";
import { testFolder } from "../support/folder.ts";
import { documentExamples } from "./documents.ts";

/** What may stand in a `clockwork.yaml`, of which some is set. */
const settings = documentExamples.filter(
  ({ language, text }) =>
    language === "yaml" &&
    /^(?:server|log):/mu.test(text) &&
    (text.match(/^\w+(?=:)/gmu) ?? []).every((key) =>
      ["name", "id", "server", "log"].includes(key),
    ),
);

it("the guides show settings", () => {
  expect(settings.map(({ name }) => name)).toContain("docs/guides/settings.md #1");
});

it.each(settings)("$name holds settings that can be used", async ({ text }) => {
  using folder = testFolder();
  folder.write("clockwork.yaml", text);
  const { origins } = await loadSettings({ root: folder.path, env: {} });
  expect([...origins.values()].some(({ kind }) => kind === "file")).toBe(true);
});
