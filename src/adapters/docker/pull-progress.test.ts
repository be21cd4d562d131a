import fc from "fast-check";
import { expect, it } from "vitest";
import { splitImage } from "./api-images.ts";
import { pullProgress } from "./pull-progress.ts";

function line(value: object): string {
  return `${JSON.stringify(value)}\r\n`;
}

it("pullProgress() adds layers up, whatever the pieces are that it comes in", () => {
  const text =
    line({ status: "Pulling from library/nginx", id: "alpine" }) +
    line({ id: "a", progressDetail: { current: 1_000_000, total: 4_000_000 } }) +
    line({ id: "b", progressDetail: {} }) +
    line({ id: "a", progressDetail: { current: 2_000_000, total: 4_000_000 } }) +
    line({ id: "c", progressDetail: { current: 0, total: 6_000_000 } });
  for (const size of [1, 7, text.length]) {
    const progress = pullProgress();
    expect(progress.shown()).toBeNull();
    for (let start = 0; start < text.length; start += size) {
      progress.push(Buffer.from(text.slice(start, start + size)));
    }
    expect(progress.shown()).toBe("2 of 10 MB");
    expect(progress.error()).toBeNull();
  }
});

it("pullProgress() tells what went wrong, also on a line that has no end", () => {
  const progress = pullProgress();
  progress.push(Buffer.from(JSON.stringify({ error: "manifest\nunknown" })));
  expect(progress.error()).toBe("manifest unknown");
});

it("pullProgress() takes anything", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => {
      const progress = pullProgress();
      for (const each of lines) progress.push(Buffer.from(`${each}\n`));
      expect([null, "string"]).toContain(progress.error() === null ? null : "string");
      expect(String(progress.shown())).toMatch(/^(?:null|.* of .* MB)$/u);
    }),
  );
});

it.each([
  ["nginx", "nginx", "latest"],
  ["nginx:alpine", "nginx", "alpine"],
  ["registry:5000/a/nginx", "registry:5000/a/nginx", "latest"],
  ["registry:5000/nginx:1", "registry:5000/nginx", "1"],
  ["nginx:1@sha256:ab", "nginx", "sha256:ab"],
])("splitImage() takes %s apart", (image, name, tag) => {
  expect(splitImage(image)).toEqual({ name, tag });
});
