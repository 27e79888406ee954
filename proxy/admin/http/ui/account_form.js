/**
 * @file account_form.js  The fields of an account
 */

export const FIELDS = [
	{ name: "name", label: "Display name" },
	{ name: "aliases", label: "Other names and numbers",
		hint: "With blanks between: +4930123456 100 sales" },
	{ name: "disabled", label: "Disabled: may neither register nor call",
		type: "checkbox" },
	{ name: "calls", label: "Calls at once", type: "number", min: 0,
		hint: "0: the server's limit" },
	{ name: "calls-per-minute", label: "Calls begun in a minute",
		type: "number", min: 0, hint: "0: the server's limit" },
	{ name: "allow", label: "May call numbers that begin with",
		hint: "With blanks between; empty: all" },
	{ name: "media", label: "Media", options: [
		["auto", "as the comparison decides"],
		["relay", "always relayed"], ["direct", "always direct"]] },
	{ name: "forward-all", label: "Forward all calls to" },
	{ name: "forward-busy", label: "Forward when busy to" },
	{ name: "forward-noanswer", label: "Forward without answer to" },
	{ name: "noanswer", label: "Without answer after (s)",
		type: "number", min: 0 },
	{ name: "forward-offline", label: "Forward when offline to" },
	{ name: "record", label: "Record its calls", type: "checkbox" },
];

/* an empty one is the default again */
const NUMBERS = FIELDS.filter((f) => f.type === "number").map((f) => f.name);

export const NEW = [
	{ name: "aor", label: "Address", required: true,
		placeholder: "alice@example.net" },
];


/** @return {Object} The field of a password */
export const password = (required) => ({ name: "password",
	label: "Password", type: "password", required,
	hint: required ? "What is kept is a digest of it." :
		"Empty: stays as it is." });


/**
 * An account as its form shows it
 *
 * @param {Object} account The API's
 * @return {Object}
 */
export const toForm = (account) => ({ ...account,
	aliases: (account.aliases ?? []).join(" ") });


/**
 * What a form changes of an account
 *
 * @param {Object} values The form's
 * @param {Object} before What it showed first
 * @return {Object} For the API: only what is other
 */
export function fromForm(values, before = {}) {
	const out = {};

	for (const [key, value] of Object.entries(values)) {
		if (key === "aor" || value === (before[key] ??
			(typeof value === "boolean" ? false : "")))
			continue;
		out[key] = key === "aliases" ?
			value.split(/[\s,]+/).filter(Boolean) :
			value === "" && NUMBERS.includes(key) ? null : value;
	}
	return out;
}
