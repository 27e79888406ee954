/**
 * @file page_accounts.js  Who may register and call: list, add, edit, delete
 */
import { change, part } from "./api.js";
import { el } from "./dom.js";
import { who } from "./format.js";
import { ask, confirm } from "./dialog.js";
import { attempt, notice } from "./notice.js";
import { listPage } from "./page_list.js";
import { badge, person, action } from "./parts.js";
import { FIELDS, NEW, password, toForm, fromForm } from "./account_form.js";

const path = (aor) => `accounts/${part(aor)}`;


function forwards(r) {
	return ["all", "busy", "noanswer", "offline"].filter((k) =>
		r[`forward-${k}`]).join(", ");
}

const columns = [
	{ label: "Account", of: (r) => r.aor, cell: (r) => person(r.aor,
		{ type: "button", class: "link person", "data-act": "edit" },
		"button") },
	{ label: "Name", of: (r) => r.name ?? "", level: 2,
		cell: (r) => r.name || "–" },
	{ label: "Also known as", of: (r) => (r.aliases ?? []).join(" "),
		level: 3, cell: (r) => (r.aliases ?? []).join(" ") || "–" },
	{ label: "State", of: (r) => r.disabled ? "disabled" : "active",
		ch: 10,
		cell: (r) => r.disabled ? badge("disabled", "bad") :
			badge("active", "ok") },
	{ label: "Media", of: (r) => r.media ?? "auto", level: 3, ch: 7 },
	{ label: "Forwards", of: forwards, level: 3, ch: 16,
		cell: (r) => forwards(r) || "–" },
	{ label: "", end: true, level: 2, ch: 8,
		cell: (r) => action("remove", "Delete", who(r.aor)) },
];


function add(reload) {
	const fields = [...NEW, password(true), ...FIELDS];

	ask("New account", fields, { media: "auto" }, "Add", async (v) => {
		await change("PUT", path(v.aor),
			fromForm(v, { media: "auto" }));
		notice(`${v.aor} can register now.`);
		reload();
	});
}


function edit(row, reload) {
	const before = toForm(row);

	ask(who(row.aor), [...FIELDS, password(false)], before, "Save",
		async (v) => {
			await change("PATCH", path(row.aor),
				fromForm(v, before));
			notice(`${row.aor} is changed.`);
			reload();
		});
}


async function remove(row, reload) {
	if (await confirm(`Delete ${row.aor}?`,
		"Its registrations and settings go with it.", "Delete") &&
		await attempt(() => change("DELETE", path(row.aor)),
			`${row.aor} is deleted.`))
		reload();
}


/** The page */
export function open(ctx) {
	const reload = () => page.reload();
	const page = listPage({
		title: "Accounts", path: "accounts", query: { limit: 500 },
		pick: (a) => a.accounts ?? [], every: 15000,
		buttons: el("button", { type: "button", class: "primary",
			onclick: () => add(reload) }, "Add account"),
		table: {
			caption: "Accounts", columns, key: (r) => r.aor,
			empty: "No account yet: add the first one.",
			actions: { edit: (row) => edit(row, reload),
				remove: (row) => remove(row, reload) },
		},
	}, ctx);

	return page;
}
