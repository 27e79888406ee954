/**
 * @file ladder_layout.js  Where the columns and arrows of a ladder stand
 */

const ROW = 34, HEAD = 58, GUTTER = 64, COLUMN_MIN = 132, MARGIN = 56;


/* a message names its ends by number, or as their address or name is */
function columnOf(end, people) {
	if (typeof end === "number")
		return end;
	return people.findIndex((p) => p.id === end || p.address === end ||
		p.name === end);
}


function known(people, messages) {
	const all = people.map((p) => typeof p === "string" ?
		{ address: p, name: "" } : p);

	for (const m of messages) {
		for (const end of [m.from, m.to]) {
			if (typeof end === "string" && columnOf(end, all) < 0)
				all.push({ address: end, name: "" });
		}
	}
	return all;
}


/**
 * What a message is, in one line
 *
 * @param {Object} m Message
 * @return {string}
 */
export function summary(m) {
	if (m.status)
		return `${m.status} ${m.reason ?? ""}`.trim();
	return m.method ?? "?";
}


/**
 * What kind of message it is: its colour
 *
 * @param {Object} m Message
 * @return {string} request, provisional, success, redirect, challenge
 *         or failure
 */
export function kind(m) {
	if (!m.status)
		return "request";
	if (m.status < 200)
		return "provisional";
	if (m.status < 300)
		return "success";
	if (m.status < 400)
		return "redirect";
	return m.status === 401 || m.status === 407 ? "challenge" : "failure";
}


/**
 * Place all of a ladder
 *
 * @param {Object} ladder participants, messages
 * @param {number} width  That there is
 * @return {Object} width, height, columns, rows
 */
export function layout(ladder, width) {
	const messages = ladder.messages ?? [];
	const people = known(ladder.participants ?? [], messages);
	const n = Math.max(2, people.length);
	const room = (width - GUTTER - 2 * MARGIN) / (n - 1);
	const gap = Math.max(COLUMN_MIN, Math.min(300, room));
	const x = (i) => GUTTER + MARGIN + i * gap;
	const began = messages[0]?.at_ms ?? 0;

	return {
		width: GUTTER + 2 * MARGIN + (n - 1) * gap,
		height: HEAD + messages.length * ROW + 12,
		head: HEAD, row: ROW, gutter: GUTTER,
		columns: people.map((p, i) => ({ ...p, x: x(i), gap })),
		rows: messages.map((m, i) => {
			const a = columnOf(m.from, people);
			const b = columnOf(m.to, people);

			return { message: m, y: HEAD + i * ROW,
				from: x(Math.max(0, a)), to: x(Math.max(0, b)),
				a: Math.max(0, a), b: Math.max(0, b),
				after: (m.at_ms ?? began) - began };
		}),
	};
}
