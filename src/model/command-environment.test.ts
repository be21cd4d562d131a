import { expect, it } from "vitest";
import { ENVIRONMENT, resolveEnvironment } from "./command-environment.ts";
import { InvalidOption } from "./options.ts";
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

it("resolveEnvironment tells which values are secrets", async () => {
  const environment = { A: secret.env("A"), B: secret.env("B"), MODE: "fast" };
  const { secrets } = await resolveEnvironment(environment, resolve);
  expect(secrets.toSorted()).toEqual(["hunter2", "hunter22"]);
});

it("resolveEnvironment is empty for none", async () => {
  expect(await resolveEnvironment(null, resolve)).toEqual({ variables: {}, secrets: [] });
});

it.each(["DB_PASSWORD", "PGPASSWORD", "API_KEY", "githubToken", "MYSQL_PWD"])(
  "ENVIRONMENT takes no text for %s, and does not show it",
  (name) => {
    const read = (): unknown => ENVIRONMENT.read({ MODE: "fast", [name]: "hunter2plain" });
    expect(read).toThrow(InvalidOption);
    try {
      read();
    } catch (error) {
      expect(error).toMatchObject({ property: `.${name}` });
      expect(error).toMatchObject({ hint: expect.stringContaining('secret.env("') as unknown });
      expect(JSON.stringify(error) + String(error)).not.toContain("hunter2plain");
    }
  },
);

it("ENVIRONMENT takes text that is no secret, and secrets under any name", () => {
  const environment = {
    MODE: "fast",
    PASSWORD_FILE: "/run/secrets/db",
    ALLOW_EMPTY_PASSWORD: "yes",
    DB_PASSWORD: secret.env("DB_PASSWORD"),
    OTHER: secret.file("/run/secrets/other"),
    NO_TOKEN: "",
  };
  expect(ENVIRONMENT.read(environment)).toEqual(environment);
});

it.each([{ A: 1 }, { A: "", B: null }, new Map([["A", "b"]])])(
  "ENVIRONMENT refuses %j",
  (value) => {
    expect(() => ENVIRONMENT.read(value)).toThrow("must be");
  },
);
