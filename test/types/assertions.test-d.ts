/**
 * What the types of assertions and resources let through. `tsc --noEmit` checks this file, and nothing runs it: an error that
 * is expected and does not come is one itself.
 */
import {
  ContainerRunningAssert,
  FileExistsAssert,
  HealthcheckAssert,
  PortAccessibleAssert,
} from "../../src/assertions.ts";
import { secret } from "../../src/index.ts";
import { CompositeResource, HostResource, ServiceResource } from "../../src/resources.ts";

type Takes<Assertions> = Assertions extends NonNullable<
  ConstructorParameters<typeof HostResource>[0]
>["assertions"]
  ? true
  : false;

// What must be given, and what need not be.
new PortAccessibleAssert({ port: 80 });
new PortAccessibleAssert({
  port: 80,
  host: "::1",
  protocol: "udp",
  timeout: "2s",
  severity: "warn",
});
new ContainerRunningAssert();
new ContainerRunningAssert({});
// An option may be left out by a condition.
new PortAccessibleAssert({ port: 80, host: undefined });
// @ts-expect-error an option is needed, so there must be options
new PortAccessibleAssert();
// @ts-expect-error the port is missing
new PortAccessibleAssert({});
// @ts-expect-error the port is missing, whatever else is given
new PortAccessibleAssert({ host: "a" });

// What it may be.
// @ts-expect-error a port is a number
new PortAccessibleAssert({ port: "80" });
// @ts-expect-error it is called host
new PortAccessibleAssert({ port: 80, hots: "a" });
// @ts-expect-error there is no such protocol
new PortAccessibleAssert({ port: 80, protocol: "tpc" });
// @ts-expect-error there is no such severity
new PortAccessibleAssert({ port: 80, severity: "fatal" });
// @ts-expect-error null is not how an option is left out
new PortAccessibleAssert({ port: 80, host: null });
// @ts-expect-error options are an object
new FileExistsAssert("/etc/hosts");
// A secret is named, and never written down.
new HealthcheckAssert({ url: "https://a/", headers: { authorization: secret.env("TOKEN") } });
new HealthcheckAssert({ url: new URL("https://a/") });
// @ts-expect-error a secret cannot be anything else
new HealthcheckAssert({ url: "https://a/", headers: { authorization: { env: "TOKEN" } } });

// Resources.
const host = new HostResource();
new HostResource({ name: "here", assertions: [new FileExistsAssert({ path: "/a" })] });
new ServiceResource({ url: "https://a/", name: "a", dependsOn: [host, "b"], checkInterval: "30s" });
new ServiceResource({ url: "https://a/", dependsOn: [{ resource: host, condition: "started" }] });
host.assertions.push(new FileExistsAssert({ path: "/a", resource: host }));
// @ts-expect-error the URL is missing
new ServiceResource({ name: "a" });
// @ts-expect-error there must be options
new ServiceResource();
// @ts-expect-error options are an object
new HostResource("here");
// @ts-expect-error it is called checkInterval
new ServiceResource({ url: "https://a/", interval: 5 });
// @ts-expect-error there is no such condition
new ServiceResource({ url: "https://a/", dependsOn: [{ resource: host, condition: "ready" }] });
// @ts-expect-error it is a word of a few
new HostResource({ onDrift: "repair" });
// A unit, by itself and as a class of its own.
const unit = new CompositeResource({ name: "unit", resources: [host, "b"], dependsOn: ["c"] });
class Shop extends CompositeResource {
  constructor(name: string) {
    super({ name, resources: [new HostResource({ name: `${name}-host` }), unit] });
  }
}
new ServiceResource({ url: "https://a/", dependsOn: [new Shop("berlin"), unit] });
// @ts-expect-error a unit has parts
new CompositeResource({ name: "unit" });
// @ts-expect-error they are resources, or their names
new CompositeResource({ name: "unit", resources: [{ kind: "host" }] });
// @ts-expect-error it is called as its constructor says
new Shop({ name: "berlin" });
// An assertion is made with new: neither what looks like one, nor a resource, nor a class will do.
true satisfies Takes<readonly [FileExistsAssert]>;
false satisfies Takes<readonly [{ kind: "file-exists"; parameters: { path: "/a" } }]>;
false satisfies Takes<readonly [HostResource]>;
false satisfies Takes<readonly [typeof ContainerRunningAssert]>;
false satisfies Takes<FileExistsAssert>;
// @ts-expect-error the name stays what it is
host.name = "b";
