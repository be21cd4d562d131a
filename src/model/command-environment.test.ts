import { expect, it } from "vitest";
import { resolveEnvironment } from "./command-environment.ts";
import { secret, type SecretReference } from "./secret.ts";

function resolve(reference: SecretReference): Promise<string> {
  const values: Readonly<Record<string, string>> = { A: "hunter2", B: "hunter22", EMPTY: "" };
  return Promise.resolve("secretEnv" in reference ? (values[reference.secretEnv] ?? "") : "");
}

it("resolveEnvironment looks up secrets and keeps text", async () => {
  const environment = { MODE: "fast", PASSWORD: secret.env("A") };
  const { variables } = await resolveEnvironment(environment, resolve);
  expect(variables).toEqual({ MODE: "fast", PASSWORD: "hunter2" });
});

it("resolveEnvironment hides every secret in an output, and nothing else", async () => {
  const environment = { A: secret.env("A"), B: secret.env("B"), C: secret.env("EMPTY"), D: "fast" };
  const { redact } = await resolveEnvironment(environment, resolve);
  expect(redact("fast hunter22 and hunter2, hunter2")).toBe("fast *** and ***, ***");
});

it("resolveEnvironment is empty for none", async () => {
  const { variables, redact } = await resolveEnvironment(null, resolve);
  expect(variables).toEqual({});
  expect(redact("as it was")).toBe("as it was");
});
