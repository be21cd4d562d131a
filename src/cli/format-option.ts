import { Option } from "@commander-js/extra-typings";
import { formats } from "../catalog/formats.ts";

/** The name of a report format. */
export type FormatName = keyof typeof formats;

/** What `--format` is when nobody says otherwise. */
const DEFAULT_FORMAT: FormatName = "pretty";

/**
 * The option by which people choose how a report is written.
 *
 * @returns `--format`, taking the names of the catalogue.
 */
export function formatOption(): Option<
  "--format <name>",
  undefined,
  FormatName,
  undefined,
  false,
  FormatName
> {
  return new Option("--format <name>", "how the report is written")
    .choices(Object.keys(formats).filter(isFormatName))
    .default(DEFAULT_FORMAT);
}

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}
