/**
 * Sums up a text.
 *
 * @param text - Any text.
 * @returns Its SHA-256 as UTF-8, in lower-case hexadecimal.
 */
export function sha256(text: string): string {
  // Loaded when it is first needed: most runs never do, and it takes 8 ms.
  return process.getBuiltinModule("node:crypto").hash("sha256", text, "hex");
}
