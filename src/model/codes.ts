/**
 * Every stable error code, with what it means.
 *
 * A program matches on the code; the message beside it is for people and may change.
 */
export const CODES = {
  "health-check-failed": "A check did not come to an answer; the subclasses say more.",
  "service-unreachable":
    "The service gave no answer: refused, reset, not found, or an untrusted certificate.",
  "health-check-timeout": "The service gave no complete answer within the timeout.",
  "cannot-observe":
    "Our own machine failed: out of file descriptors, ports or memory, or no name server could be asked. It says nothing about the service.",
  "database-failed": "A database gave no answer, did not let us in, or did not accept a query.",
  "transport-failed": "One exchange with a target failed; the reason is in the error.",
  "transport-closed": "A request was made on a transport that is not open, or is closed already.",
  "configuration-invalid": "A configuration file has problems; each is listed with its place.",
  "usage-invalid": "A command line names an unknown command, option or value.",
  "file-missing": "A file that was named does not exist.",
  "file-unreadable": "A file exists and could not be read.",
  "file-empty": "A file holds nothing but white space.",
  "file-too-large": "A file is larger than what is read of it.",
  "json-syntax": "A file is not JSON.",
  "not-a-list": "A services file must hold a list.",
  "not-an-object": "An entry of a list must be an object.",
  "field-missing": "A required field is not there.",
  "field-type": "A field holds a value of the wrong type.",
  "field-range": "A field holds a value outside of its range.",
  "field-unknown": "A field is not one that exists.",
  "field-repeated": "A field stands twice in one object.",
  "name-duplicate": "Two entries share one name.",
  "url-invalid": "A URL cannot be parsed.",
  "url-unsupported": "A URL has a scheme that cannot be checked.",
  "too-many-problems": "More problems were found than are shown.",
  "option-invalid": "An option of a resource or an assertion holds a value that it does not take.",
  "option-missing": "An option that a resource or an assertion needs is not there.",
  "option-unknown": "An option is not one that this kind has.",
  "kind-unknown": "No kind of this name exists.",
  "no-assertions": "A resource has no assertion, and its kind has no built-in one.",
  "no-resources": "A project declares no resource.",
  "assertion-unattached": "An assertion belongs to no resource.",
  "connection-unknown": "A resource names another one that does not exist.",
  "dependency-cycle": "Resources depend on one another in a circle.",
  "project-missing": "No project is there: no file that could be loaded.",
  "project-exists": "A project is there already, where a new one was to be written.",
  "project-threw": "A project's file threw an error while it was loaded.",
  "project-syntax": "A project's file is not valid TypeScript, or uses what cannot be erased.",
  "project-import": "A project's file imports something that does not exist.",
  "project-timeout": "A project's file did not finish loading.",
  "project-exited": "A project's file ended the process while it was loaded.",
  "plan-invalid": "A check plan is not one, or was written by another version.",
  "plan-unwritable": "A check plan could not be written.",
  "output-failed": "A report, or another file that was asked for, could not be written.",
} as const satisfies Record<string, string>;

/** One of the stable error codes of {@link CODES}. */
export type Code = keyof typeof CODES;
