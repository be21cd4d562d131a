import { expect, it } from "vitest";
import { urlsOf } from "./watched.ts";

it("urlsOf() gathers what is asked over HTTP, and nothing else", () => {
  const claim = { name: "HTTPStatusAssert", claim: "it answers" };
  const claims = [
    { ...claim, parameters: { url: "http://shop.example/" } },
    { ...claim, parameters: { url: "postgres://shop.example/" } },
    { ...claim, parameters: { url: null } },
    { ...claim, parameters: {} },
  ];
  const secure = { ...claim, parameters: { url: "HTTPS://shop.example/health" } };
  expect(urlsOf([{ claims }, { claims: [] }, { claims: [secure] }])).toEqual([
    "http://shop.example/",
    "HTTPS://shop.example/health",
  ]);
});
