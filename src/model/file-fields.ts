import { OptionType } from "./option-type.ts";
import { boolean, text } from "./option-types.ts";
import { InvalidOption, shownValue, type Fields } from "./options.ts";

const MODE_FORM = /^0?[0-7]{3,4}$/u;
const MODE_DIGITS = 4;

/** Permissions of a file, as four octal digits. */
const MODE = new OptionType<string, string>('octal permissions such as "0644"', (value) => {
  if (typeof value === "string" && MODE_FORM.test(value)) {
    return value.slice(-MODE_DIGITS).padStart(MODE_DIGITS, "0");
  }
  // 644 would be another number than 0o644, and neither can be told from the other once it is read.
  throw new InvalidOption(`must be octal permissions such as "0644": got ${shownValue(value)}`);
});

const ACCOUNT = text({ most: 255, like: /^[^\s:/]+$/u, label: "name or number of an account" });

/** Options of what is a file or directory: who may do what with it. */
export const ACCESS_FIELDS = {
  mode: MODE.optional('Its permissions, such as "0644"; as the system makes it by default.'),
  owner: ACCOUNT.optional("The user that owns it; whoever runs Clockwork by default."),
  ownerGroup: ACCOUNT.optional("The group that owns it; that of its owner by default."),
  allowOutside: boolean().or(
    false,
    "Whether a relative path may lead out of the project, by itself or by a link; an absolute one always may.",
  ),
} satisfies Fields;
