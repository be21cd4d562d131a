import { expect, it } from "vitest";
import { lineRedactor } from "./line-redactor.ts";

it("lineRedactor() hides each line of a secret, and all of it at once", () => {
  const hide = lineRedactor(["-----BEGIN KEY-----\nMIIEvQIBADAN\r\nBgkqhkiG9w0B\n"]);
  expect(["key: MIIEvQIBADAN", "BgkqhkiG9w0B", "all is well"].map(hide)).toEqual([
    "key: ***",
    "***",
    "all is well",
  ]);
  expect(hide("-----BEGIN KEY-----\nMIIEvQIBADAN\r\nBgkqhkiG9w0B\n.")).toBe("***.");
});
