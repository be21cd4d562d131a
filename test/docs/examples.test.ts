import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseServices } from "../../src/app/services/services-file.ts";
import { ConfigurationError } from "../../src/model/diagnostic.ts";
import { start } from "../support/cli.ts";
import { startAnswering, type TestService } from "../support/services.ts";
import { documentExamples, programs, read, ROOT } from "./documents.ts";

/** Within the package, so that `clockwork` is the package itself. */
const FOLDER = join(ROOT, "dist/examples");

const files = programs.map((_, index) => join(FOLDER, `example-${String(index)}.ts`));
const lists = documentExamples.filter(({ language }) => language === "json");

let services: readonly [TestService, TestService];

beforeAll(async () => {
  services = [await startAnswering(200), await startAnswering(302)];
  mkdirSync(FOLDER, { recursive: true });
  for (const [index, { text }] of programs.entries()) {
    // The examples name the ports that a reader would; here they get those that are free.
    const [api, shop] = services;
    const program = text
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${String(api.port)}`)
      .replaceAll("127.0.0.1:8081", `127.0.0.1:${String(shop.port)}`);
    writeFileSync(files[index] ?? "", `${program}\nexport {};\n`);
  }
});

afterAll(async () => {
  for (const service of services) await service[Symbol.asyncDispose]();
  rmSync(FOLDER, { recursive: true, force: true });
});

it("the programs among the examples are found", () => {
  expect(programs.length).toBeGreaterThanOrEqual(6);
});

it.each(programs.map(({ name }, index) => [name, index] as const))("%s runs", async (_, index) => {
  const { code, stderr } = await start(process.execPath, [files[index] ?? ""], { cwd: ROOT })
    .finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

it("the programs among the examples are typed", async () => {
  const tsconfig = join(FOLDER, "tsconfig.json");
  writeFileSync(tsconfig, JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }));
  const { code, stdout } = await start("tsc", ["--noEmit", "-p", tsconfig]).finished;
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
});

it("the examples in JSON are services files that can be used", () => {
  expect(lists.length).toBeGreaterThan(0);
  for (const { name, text } of lists) {
    expect(parseServices(text, name).length, name).toBeGreaterThan(0);
  }
});

it("the README shows the problem of a services file as it really looks", () => {
  const json = lists.find(({ name }) => name.startsWith("README.md"))?.text ?? "";
  const wrong = json.replace(`"500ms"`, "0").replace("expected_status", "expectedStatus");
  let problem = "";
  try {
    parseServices(wrong, "services.json");
  } catch (error) {
    if (error instanceof ConfigurationError) problem = error.message;
  }
  expect(problem).not.toBe("");
  expect(read("README.md")).toContain(problem);
});
