import fc from "fast-check";

/** CI judges a change, not the luck of a draw: there, generated input is the same in every run. Everywhere else it is fresh. */
const CI_SEED = 20_261_122;

if (process.env["CI"] !== undefined) fc.configureGlobal({ seed: CI_SEED });
