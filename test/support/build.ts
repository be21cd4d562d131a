import { execFileSync } from "node:child_process";

/** Builds the package once, before the tests that use it as others will. */
export default function build(): void {
  execFileSync("npm", ["run", "build", "--silent"], { stdio: ["ignore", "ignore", "inherit"] });
}
