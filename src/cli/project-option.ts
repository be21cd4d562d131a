import { Option } from "@commander-js/extra-typings";
import { fileOption } from "./options.ts";

/**
 * The option by which people name a project that is not in the current folder.
 *
 * @returns `--project`.
 */
export function projectOption(): Option<
  "--project <path>",
  undefined,
  undefined,
  undefined,
  false,
  string
> {
  return new Option(
    "--project <path>",
    "a folder with a main.ts, or such a file; the current folder by default",
  ).argParser(fileOption);
}
