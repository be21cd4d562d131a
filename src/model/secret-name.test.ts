import { expect, it } from "vitest";
import { isSecretName } from "./secret-name.ts";

it.each([
  "Authorization",
  "proxy-authorization",
  "Set-Cookie",
  "X-CSRF-Token",
  "X-Session-Id",
  "x-apikey",
  "X-Api-Key",
  "DB_PASSWORD",
  "PGPASSWORD",
  "MYSQL_PWD",
  "MYSQL_ROOT_PASSWORD",
  "SMTP_PASS",
  "GITHUB_TOKEN",
  "githubToken",
  "AWS_SECRET_ACCESS_KEY",
  "SECRET_KEY_BASE",
  "STRIPE_KEY",
  "KEY",
  "SSH_PASSPHRASE",
])("isSecretName() takes %s for a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
});

it.each([
  "WWW-Authenticate",
  "Idempotency-Key",
  "Sec-WebSocket-Key",
  "Content-Type",
  "PATH",
  "PWD",
  "OLDPWD",
  "KEYBOARD",
  "MONKEY",
  "COMPASS",
  "PUBLIC_KEY",
  "POSTGRES_PASSWORD_FILE",
  "TLS_KEY_PATH",
  "TOKEN_TTL",
  "SSH_AUTH_SOCK",
  "",
])("isSecretName() takes %j for none", (name) => {
  expect(isSecretName(name)).toBe(false);
});
