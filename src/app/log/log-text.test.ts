import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonLine, oneLine, withoutSecrets } from "./log-text.ts";

describe("withoutSecrets()", () => {
  it.each([
    ["GET http://ann:s3cret@shop.example/x", "GET http://***@shop.example/x"],
    ["postgres://ann:s3:cr@t@db:5432/shop failed", "postgres://***@db:5432/shop failed"],
    ["GET /api?token=s3cret&page=2", "GET /api?token=***&page=2"],
    ["GET /x?a=1&X-Amz-Signature=abc#top", "GET /x?a=1&X-Amz-Signature=***"],
    ["Authorization: Bearer s3cret", "Authorization: ***"],
    ["authorization=Basic czNjcmV0", "authorization=***"],
    ['{"authorization":"Bearer s3cret"}', '{"authorization":***'],
    ["set-cookie: session=s3cret; path=/\nnext line", "set-cookie: ***\nnext line"],
    ["sent bearer s3cretS3cret=", "sent bearer ***"],
    ['{"password":"s3c\'ret","user":"ann"}', '{"password":***,"user":"ann"}'],
    ["DB_PASSWORD='s3c ret' user=ann", "DB_PASSWORD=*** user=ann"],
    ["spring.datasource.password=s3cret", "spring.datasource.password=***"],
    ["api_key = s3cret", "api_key = ***"],
    ["Authorization:    Bearer s3cret", "Authorization:    ***"],
    ["-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----", "*** PRIVATE KEY-----"],
    ["-----BEGIN RSA PRIVATE KEY-----\ns3cret", "***"],
  ])("takes the secret out of %j", (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it.each([
    "shop/web is unhealthy: status must be 200: got 503",
    "clockwork.yaml:5 server.tls.key: needs server.tls.cert beside it",
    "GET /api/resources?limit=100&cursor=abc 200",
    "mail to ann@shop.example at 10:20:30",
    "http://shop.example/@ann",
    "the password file is missing",
    "",
  ])("leaves %j as it is", (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it("finds the secret of a URL in any text around it", () => {
    const word = fc.string({
      unit: fc.constantFrom(...Array.from("abcXYZ123:@!$-_.")),
      minLength: 8,
    });
    fc.assert(
      fc.property(fc.string(), word, fc.string(), (before, password, after) => {
        const shown = withoutSecrets(`${before} https://ann:${password}@host/ ${after}`);
        expect(shown).not.toContain(`:${password}@host`);
        expect(shown).toContain("***@host/");
      }),
    );
  });

  it("cuts what is long, in a time that grows with its length alone", () => {
    for (const part of [
      "a",
      "a=",
      "password: ",
      "http://",
      "x://a@",
      '"',
      "bearer ",
      "-----BEGIN ",
    ]) {
      expect(withoutSecrets(part.repeat(200_000)).length).toBeLessThanOrEqual(8_192);
    }
  });
});

describe("oneLine() and jsonLine()", () => {
  it("make one line that drives no terminal, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const lines = [oneLine(text), jsonLine({ text })];
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(JSON.parse(lines[1] ?? "")).toEqual({ text });
      }),
    );
    expect(oneLine("a\nb\u001b[31m")).toBe("a\\nb\\u001b[31m");
  });
});
