import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { ServiceResource } from "./service.ts";

const { kind } = ServiceResource;

it("ServiceResource is a URL, which must answer well", async () => {
  const url = "https://api.example.com/health";
  const { target, claims } = await declare(kind, { url });
  expect(target.url).toBe(url);
  expect(claims).toEqual([`${url} answers 2xx`]);
  expect(kind.checkIntervalSeconds).toBe(30);
});

it("ServiceResource refuses other schemes, and credentials", async () => {
  await expect(declare(kind, { url: "ftp://example.com" })).rejects.toThrow("http: or https:");
  const refused = declare(kind, { url: "https://user:s3cret@example.com" });
  await expect(refused).rejects.toThrow("must not hold credentials");
  await expect(refused).rejects.not.toThrow("s3cret");
});
