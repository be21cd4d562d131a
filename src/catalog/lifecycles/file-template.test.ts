import fc from "fast-check";
import { expect, it } from "vitest";
import type { SecretReference } from "../../model/secret.ts";
import { renderTemplate } from "./file-template.ts";

const secrets = {
  resolve: (reference: SecretReference): Promise<string> =>
    Promise.resolve("secretEnv" in reference ? `{{ ${reference.secretEnv} }}` : "file"),
};

const ANY_TEXT = fc.uint16Array().map((units) => String.fromCharCode(...units));

it("renderTemplate() puts in every variable, and looks at what it put in no more", async () => {
  const variables = { a: -1, b: false, c: "$&", key: { secretEnv: "a" } };
  const template =
    "{{a}} {{ b }} {{ c}} {{key}} {{ missing }} {{ no variable }} {{}} {{ toString }}";
  expect(await renderTemplate(template, variables, secrets)).toBe(
    "-1 false $& {{ a }} {{ missing }} {{ no variable }} {{}} {{ toString }}",
  );
});

it("renderTemplate() looks up no secret that it does not use, and each of the others once", async () => {
  const asked: SecretReference[] = [];
  const resolve = (reference: SecretReference): Promise<string> => {
    asked.push(reference);
    return Promise.resolve("x");
  };
  const variables = { used: { secretEnv: "A" }, unused: { secretEnv: "B" } };
  expect(await renderTemplate("{{used}}{{used}}", variables, { resolve })).toBe("xx");
  expect(asked).toEqual([{ secretEnv: "A" }]);
});

it("renderTemplate() makes no more than a file may hold", async () => {
  const variables = { a: "x".repeat(65_536) };
  await expect(renderTemplate("{{a}}".repeat(2_000), variables, secrets)).rejects.toMatchObject({
    name: "DeployError",
    message: "the template makes more than 67.1 MB",
  });
});

it("renderTemplate() leaves text without variables as it is", async () => {
  await fc.assert(
    fc.asyncProperty(ANY_TEXT, async (text) => {
      expect(await renderTemplate(text, {}, secrets)).toBe(text);
    }),
  );
});
