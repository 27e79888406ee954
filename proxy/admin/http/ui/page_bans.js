/**
 * @file page_bans.js  Sources that are not heard
 */
import { change, part } from "./api.js";
import { el } from "./dom.js";
import { seconds, number } from "./format.js";
import { confirm } from "./dialog.js";
import { attempt } from "./notice.js";
import { listPage } from "./page_list.js";
import { action } from "./parts.js";

const columns = [
	{ label: "Source", of: (r) => r.source, ch: 24, narrow: 16,
		cell: (r) => el("code", null, r.source) },
	{ label: "Why", of: (r) => r.why, level: 2 },
	{ label: "For", of: (r) => r.seconds, end: true, ch: 7,
		cell: (r) => seconds(r.seconds) },
	{ label: "Times", of: (r) => r.time, end: true, level: 2, ch: 6 },
	{ label: "Dropped", of: (r) => r.dropped, end: true, level: 2, ch: 9,
		cell: (r) => number(r.dropped) },
	{ label: "", end: true, ch: 8,
		cell: (r) => action("unban", "Unban", r.source) },
];


/** The page */
export function open(ctx) {
	const page = listPage({
		title: "Bans", path: "bans", pick: (a) => a.bans ?? [],
		events: ["ban"],
		intro: "Sources that scanned or guessed passwords. " +
			"What they send is dropped.",
		table: {
			caption: "Banned sources", columns,
			key: (r) => r.source, sort: [2, true],
			empty: "Nobody is banned.",
			actions: { unban: async (row) => {
				if (await confirm(`Unban ${row.source}?`,
					"It may send again at once.",
					"Unban") &&
				await attempt(() => change("DELETE",
					`bans/${part(row.source)}`),
				`${row.source} is heard again.`))
					page.reload();
			} },
		},
	}, ctx);

	return page;
}
