import { expect, it } from "vitest";
import { describeSecret, secret } from "./secret.ts";

it("secret names a place, and describeSecret says it in words", () => {
  expect(describeSecret(secret.env("DB_PASSWORD"))).toBe("environment variable DB_PASSWORD");
  expect(describeSecret(secret.file("/run/secrets/db"))).toBe("file /run/secrets/db");
});
