import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { secret, type SecretReference } from "../../model/secret.ts";
import { systemSecrets } from "./secrets.ts";

const root = mkdtempSync(join(tmpdir(), "clockwork-secrets-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const secrets = systemSecrets({
  env: { DB_PASSWORD: "s3cret\n", EMPTY: "", UNSET: undefined },
  root,
});

let count = 0;
function fileOf(content: string | Uint8Array): SecretReference {
  count += 1;
  writeFileSync(join(root, String(count)), content);
  return secret.file(String(count));
}

async function failure(reference: SecretReference): Promise<Error> {
  const error: unknown = await secrets.resolve(reference).catch((reason: unknown) => reason);
  if (!(error instanceof ObservationError)) throw new Error("no failure", { cause: error });
  return error;
}

it("resolve() gives a variable as it is", async () => {
  expect(await secrets.resolve(secret.env("DB_PASSWORD"))).toBe("s3cret\n");
});

it("resolve() gives what a file holds, without one newline at its end", async () => {
  expect(await secrets.resolve(fileOf("pä ss\n"))).toBe("pä ss");
  expect(await secrets.resolve(fileOf("pass\r\n"))).toBe("pass");
  expect(await secrets.resolve(fileOf("pass\n\n"))).toBe("pass\n");
  expect(await secrets.resolve(fileOf(" a\nb "))).toBe(" a\nb ");
  const most = "x".repeat(64 * 1024);
  expect(await secrets.resolve(fileOf(most))).toBe(most);
});

it("resolve() names the reference that has no value", async () => {
  const missing = "a secret is needed from environment variable MISSING: it is not set, or empty";
  expect((await failure(secret.env("MISSING"))).message).toBe(missing);
  expect((await failure(secret.env("EMPTY"))).message).toContain("variable EMPTY");
  expect((await failure(secret.env("UNSET"))).message).toContain("variable UNSET");
  expect((await failure(secret.env("toString"))).message).toContain("it is not set");
  expect((await failure(secret.file("nowhere"))).message).toBe(
    "a secret is needed from file nowhere: it is not there",
  );
  expect((await failure(fileOf("\n"))).message).toMatch(/from file \d+: it is empty$/u);
});

it("resolve() refuses what is no file, without waiting", async () => {
  mkdirSync(join(root, "folder"));
  execFileSync("mkfifo", [join(root, "fifo")]);
  expect((await failure(secret.file("folder"))).message).toContain("is a directory");
  expect((await failure(secret.file("fifo"))).message).toContain("is a fifo");
});

it("resolve() refuses what is too large, or no text, and never shows it", async () => {
  const tooLarge = await failure(fileOf("s3cret".repeat(20_000)));
  expect(tooLarge.message).toContain("it is larger than 64 KiB");
  const noText = await failure(fileOf(Buffer.from([0x73, 0x33, 0x63, 0x72, 0x65, 0x74, 0xff])));
  expect(noText.message).toContain("it is not text in UTF-8");
  for (const error of [tooLarge, noText]) expect(inspect(error)).not.toContain("s3cret");
});

it("hasVariable() tells whether a variable has a value", () => {
  expect(secrets.hasVariable("DB_PASSWORD")).toBe(true);
  expect(secrets.hasVariable("EMPTY")).toBe(false);
  expect(secrets.hasVariable("UNSET")).toBe(false);
  expect(secrets.hasVariable("__proto__")).toBe(false);
  expect(secrets.hasVariable("constructor")).toBe(false);
});
