import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { readValues } from "../../model/options.ts";
import { TemplateFileResource } from "./template-file.ts";

const { kind } = TemplateFileResource;

it("TemplateFileResource is a path, where a file must be", async () => {
  const variables = { port: -1, host: "", debug: false, key: { secretEnv: "KEY" } };
  const template = "{{port}} {{ host }} {{debug }} {{ key }} {{ no variable }} {{}}";
  const { target, claims, parameters } = await declare(kind, { path: "a", template, variables });
  expect(target.path).toBe("a");
  expect(claims).toEqual(["a is a file"]);
  expect(parameters["variables"]).toEqual(variables);
});

it("TemplateFileResource needs no template where it is only looked at", async () => {
  expect((await declare(kind, { path: "a" })).claims).toEqual(["a is a file"]);
});

it("TemplateFileResource refuses a template that uses more than its variables", async () => {
  const template = "{{ port }} {{ host }} {{ port }} {{ constructor }}";
  await expect(declare(kind, { path: "a", template, variables: { host: "x" } })).rejects.toThrow(
    "must hold what its template uses: port, constructor",
  );
});

it("TemplateFileResource looks at a template of any length quickly", async () => {
  const template = `${"{{ ".repeat(100_000)}x }}`;
  await expect(declare(kind, { path: "a", template })).rejects.toThrow("template uses: x");
});

it("TemplateFileResource is managed where it has a template", () => {
  const { lifecycle, fields } = kind;
  const isManaged = (options: object): boolean | undefined =>
    lifecycle?.isManaged(readValues(fields, options));
  expect(isManaged({ path: "a" })).toBe(false);
  expect(isManaged({ path: "a", template: "" })).toBe(true);
});
