import { mkdirSync, symlinkSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { testFolder } from "../../../test/support/folder.ts";
import { lookUpAsContainer, serversIn } from "./container-names.ts";

it("lookUpAsContainer() reads the container's own files", async () => {
  using root = testFolder();
  mkdirSync(join(root.path, "etc"));
  root.write("etc/hosts", "127.0.0.1 localhost\n10.1.2.3 shop Shop.example\n");
  root.write("etc/resolv.conf", "search corp.example\nnameserver 127.0.0.11\noptions ndots:0\n");
  const lookUp = (host: string): ReturnType<typeof lookUpAsContainer> =>
    lookUpAsContainer(host, root.path);
  expect((await lookUp("SHOP")).addresses).toEqual(["10.1.2.3"]);
  expect((await lookUp("localhost")).addresses).toEqual(["127.0.0.1"]);
  expect(await lookUp("web")).toEqual({
    addresses: [],
    names: ["web", "web.corp.example"],
    servers: ["127.0.0.11"],
  });
  expect(await lookUp("fd00::1")).toEqual({ addresses: ["fd00::1"], names: [], servers: [] });
});

it("lookUpAsContainer() follows no link out of the container, and reads no folder", async () => {
  using root = testFolder();
  mkdirSync(join(root.path, "etc/resolv.conf"), { recursive: true });
  const outside = root.write("outside", "10.9.9.9 web\n");
  symlinkSync(outside, join(root.path, "etc/hosts"));
  expect(await lookUpAsContainer("web", root.path)).toEqual({
    addresses: [],
    names: ["web"],
    servers: [],
  });
});

it("serversIn() lists at most three addresses, whatever the text", () => {
  expect(
    serversIn(
      " nameserver 10.0.0.1 # first\n#nameserver 10.0.0.2\nnameserver\tfe80::1%eth0\nnameserver no\n",
    ),
  ).toEqual(["10.0.0.1", "fe80::1"]);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("nameserver", " ", "\n", "1.1.1.1", "::", "%")),
      (parts) => {
        const servers = serversIn(parts.join(""));
        expect(servers.length).toBeLessThanOrEqual(3);
        expect(servers.every((server) => isIP(server) !== 0)).toBe(true);
      },
    ),
  );
});
