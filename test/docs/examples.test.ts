import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseServices } from "../../src/app/services/services-file.ts";
import { CODES } from "../../src/model/codes.ts";
import { ConfigurationError } from "../../src/model/diagnostic.ts";
import { start } from "../support/cli.ts";
import { startAnswering, type TestService } from "../support/services.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Within the package, so that `clockwork` is the package itself. */
const FOLDER = join(ROOT, "dist/examples");

interface Example {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

const documents = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT });
const sources = globSync("src/**/*.ts", { cwd: ROOT });

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

function blocks(file: string, text: string): Example[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gmu)].map(([, language, body], index) => ({
    name: `${file} #${String(index + 1)}`,
    language: language ?? "",
    text: body ?? "",
  }));
}

/** The examples of doc comments, without the stars in front of their lines. */
function commentBlocks(file: string): Example[] {
  const comments = read(file).match(/\/\*\*[\s\S]*?\*\//gu) ?? [];
  return blocks(file, comments.map((comment) => comment.replace(/^ *\* ?/gmu, "")).join("\n"));
}

const examples = [
  ...documents.flatMap((file) => blocks(file, read(file))),
  ...sources.flatMap(commentBlocks),
];
const programs = examples.filter(({ language }) => language === "ts");
const files = programs.map((_, index) => join(FOLDER, `example-${String(index)}.ts`));

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

describe("the examples of the documents and doc comments", () => {
  it("are found", () => {
    expect(programs.length).toBeGreaterThanOrEqual(6);
  });

  it.each(programs.map(({ name }, index) => [name, index] as const))(
    "%s runs",
    async (_, index) => {
      const { code, stderr } = await start(process.execPath, [files[index] ?? ""]).finished;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    },
  );

  it("are typed", async () => {
    const tsconfig = join(FOLDER, "tsconfig.json");
    writeFileSync(tsconfig, JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }));
    const { code, stdout } = await start("tsc", ["--noEmit", "-p", tsconfig]).finished;
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  });

  it("in JSON are services files that can be used", () => {
    const lists = examples.filter(({ language }) => language === "json");
    expect(lists.length).toBeGreaterThan(0);
    for (const { name, text } of lists) {
      expect(parseServices(text, name).length, name).toBeGreaterThan(0);
    }
  });

  it("shows the problem of a file as it really looks", () => {
    const json = examples.find(({ language }) => language === "json")?.text ?? "";
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
});

describe("the documents", () => {
  it.each(documents)("%s has no link that leads nowhere", (file) => {
    const links = [...read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/gu)].map(
      ([, to]) => to ?? "",
    );
    const broken = links
      .filter((to) => !/^https?:/u.test(to))
      .filter((to) => !existsSync(join(ROOT, dirname(file), to)));
    expect(broken).toEqual([]);
  });

  it("name every error code and every option", () => {
    const codes = read("docs/reference/error-codes.md");
    for (const code of Object.keys(CODES)) expect(codes).toContain(`\`${code}\``);
    const guide = read("docs/guides/checking-services.md");
    const options = read("docs/reference/commands.md").match(/^ +(?:-\w, )?--[\w-]+/gmu) ?? [];
    expect(options.length).toBeGreaterThan(8);
    for (const option of options) {
      const name = option.replace(/.* /u, "");
      if (name !== "--help") expect(guide).toContain(name);
    }
  });

  it("keep the README within 150 lines", () => {
    expect(read("README.md").split("\n").length).toBeLessThanOrEqual(150);
  });
});
