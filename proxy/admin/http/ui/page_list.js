/**
 * @file page_list.js  A page that is one table, asked for again and again
 */
import { get } from "./api.js";
import { el } from "./dom.js";
import { head } from "./parts.js";
import { Repeat } from "./repeat.js";
import { Table } from "./table.js";

const PAGES_MAX = 60; /* of an answer that comes in parts */


/* all parts of an answer, each says where the next begins */
async function all(name, query, pick) {
	const rows = [];
	let after = undefined;

	for (let i = 0; i < PAGES_MAX; i++) {
		const answer = await get(name, { ...query, after });

		rows.push(...pick(answer));
		after = answer.next;
		if (!after)
			break;
	}
	return rows;
}


/**
 * Make such a page
 *
 * @param {Object} o title, intro, path, query, pick(answer): rows, every (ms),
 *                   events: names after which to ask, buttons, table: see
 *                   Table
 * @param {Object} ctx Of the page
 * @return {Object} element, close, reload
 */
export function listPage(o, ctx) {
	const table = new Table(o.table);
	const again = new Repeat(async () => {
		try {
			table.setRows(await all(o.path, o.query, o.pick));
		} catch (err) {
			table.fail(err.status === 501 ?
				"This server does not answer that." :
				err.message);
		}
	}, o.every ?? 5000);
	const reload = () => again.now();
	const changed = () => again.soon();

	for (const name of o.events ?? [])
		ctx.events.addEventListener(name, changed);
	return {
		element: el("div", null, head(o.title, o.buttons),
			o.intro ? el("p", { class: "intro" }, o.intro) : null,
			table.element),
		reload, table,
		close() {
			for (const name of o.events ?? [])
				ctx.events.removeEventListener(name, changed);
			again.close();
			table.close();
		},
	};
}
