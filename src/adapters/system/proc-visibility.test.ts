import fc from "fast-check";
import { expect, it } from "vitest";
import { hidingOption } from "./proc-visibility.ts";

const PLAIN = { groups: [1000, 27], status: "Name:\tnode\nCapEff:\t0000000000000000\n" };
const ROOT = { groups: [0], status: "CapEff:\t000001ffffffffff\n" };
const CONTAINER_ROOT = { groups: [0], status: "CapEff:\t00000000a80425fb\n" };

function proc(options: string): string {
  return [
    "22 28 0:21 / /sys rw,nosuid - sysfs sysfs rw",
    `23 28 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc ${options}`,
    "24 28 0:5 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw,hidepid=2",
    "",
  ].join("\n");
}

it.each([
  ["rw", PLAIN, null],
  ["rw,hidepid=0", PLAIN, null],
  ["rw,hidepid=off", PLAIN, null],
  ["rw,hidepid=1", PLAIN, "hidepid=1"],
  ["rw,gid=5,hidepid=2", PLAIN, "hidepid=2"],
  ["rw,hidepid=invisible", PLAIN, "hidepid=invisible"],
  ["rw,gid=27,hidepid=invisible", PLAIN, null],
  ["rw,gid=27,hidepid=ptraceable", PLAIN, "hidepid=ptraceable"],
  ["rw,hidepid=2", ROOT, null],
  ["rw,hidepid=4", ROOT, null],
  ["rw,hidepid=2", CONTAINER_ROOT, null],
  ["rw,hidepid=4", CONTAINER_ROOT, "hidepid=4"],
])("hidingOption() of a /proc with %s for %j is %j", (options, onlooker, hiding) => {
  expect(hidingOption(proc(options), onlooker)).toBe(hiding);
});

it("hidingOption() goes by what was mounted last", () => {
  expect(hidingOption(proc("rw,hidepid=2") + proc("rw"), PLAIN)).toBeNull();
  expect(hidingOption(proc("rw") + proc("rw,hidepid=2"), PLAIN)).toBe("hidepid=2");
});

it("hidingOption() takes any text", () => {
  const text = fc.oneof(fc.string(), fc.string().map(proc));
  fc.assert(
    fc.property(text, fc.string(), (mounts, status) => {
      const hiding = hidingOption(mounts, { groups: [1], status: `CapEff:\t${status}` });
      expect(hiding ?? "hidepid=").toMatch(/^hidepid=/u);
    }),
  );
});
