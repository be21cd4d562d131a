const SECRET = [
  "^(?:proxy-)?authorization$",
  "cookie|credential|passw|passphrase|secret|session|signature|token",
  "(?:api|auth|access|private|encryption|signing)-?key",
  "(?:^|-)(?:pass|pwd|key)$",
];
const SECRET_NAME = new RegExp(SECRET.join("|"), "u");

/** Where a secret is, or what is said of one, is none. */
const ABOUT_SECRET =
  /-(?:file|path|dir|ttl|timeout|expiry|expires|length|size|count|name|type|domain)$/u;
/** The folder that a shell is in, and was in. */
const FOLDER = /^(?:old)?pwd$/u;
const HARMLESS_KEY = /(?:^|-)(?:public|idempotency|primary|partition|sort|cache|socket)-key$/u;

/**
 * Tells by its name whether a header or a variable may hold a secret.
 *
 * @param name - In any case, its words apart or not: `X-Api-Key`, `DB_PASSWORD`, `githubToken`.
 * @returns False for such as `PASSWORD_FILE`, which says where one is.
 */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/gu, "-")
    .replaceAll(/[_.\s]/gu, "-")
    .toLowerCase();
  if (ABOUT_SECRET.test(words) || FOLDER.test(words) || HARMLESS_KEY.test(words)) return false;
  return SECRET_NAME.test(words);
}
