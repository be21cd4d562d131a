/**
 * Sums up a text, or bytes.
 *
 * @param data - Any text, taken as UTF-8, or bytes.
 * @returns Its SHA-256, in lower-case hexadecimal.
 */
export function sha256(data: string | Uint8Array): string {
  // Loaded when it is first needed: most runs never do, and it takes 8 ms.
  return process.getBuiltinModule("node:crypto").hash("sha256", data, "hex");
}
