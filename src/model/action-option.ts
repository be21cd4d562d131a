import { Action, ATTEMPTS, type PlannedAction } from "./action.ts";
import { anyJson, record } from "./composite-types.ts";
import { isPlainObject } from "./json.ts";
import { OptionType, readPart } from "./option-type.ts";
import { text } from "./option-types.ts";
import { InvalidOption, shownValue } from "./options.ts";

/**
 * An action as an option: `new RestartAction()`, or what such a one became.
 *
 * @returns The type.
 */
export function actionReference(): OptionType<Action | PlannedAction, PlannedAction> {
  return new OptionType<Action | PlannedAction, PlannedAction>("action", (value) => {
    if (value instanceof Action) return value.planned ?? UNREAD;
    const isAction = isPlainObject(value) && Object.keys(value).toSorted().join() === KEYS;
    if (!isAction) {
      throw new InvalidOption(`must be an action: got ${shownValue(value)}`, {
        hint: "import one from clockwork/actions, such as new RestartAction()",
      });
    }
    const { action: kind, parameters, attempts } = value;
    return {
      action: readPart("action", () => KIND.read(kind)),
      parameters: readPart("parameters", () => PARAMETERS.read(parameters)),
      attempts: readPart("attempts", () => ATTEMPTS.read(attempts)),
    };
  });
}

const KEYS = "action,attempts,parameters";
const KIND = text({
  most: 63,
  like: /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/u,
  label: "kind of action in kebab case",
});
const PARAMETERS = record(anyJson());

/** In the place of one whose options are wrong: that was told where it was made, and once is enough. */
const UNREAD: PlannedAction = { action: "unread", parameters: {}, attempts: 1 };
