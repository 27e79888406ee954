/**
 * @file rows.js  Which rows a table shows, and in which order
 */


function compare(a, b) {
	const x = a ?? "", y = b ?? "";

	if (typeof x === "number" && typeof y === "number")
		return x - y;
	return String(x).localeCompare(String(y), undefined,
		{ numeric: true, sensitivity: "base" });
}


/**
 * Put rows into an order; equals stay as they are, nothing goes last
 *
 * @param {Array} rows             Rows
 * @param {function(Object): *} of What to compare
 * @param {boolean} down           Largest first
 * @return {Array} Another list
 */
export function sorted(rows, of, down) {
	const none = (v) => v === undefined || v === null || v === "" ||
		Number.isNaN(v);

	return rows.map((row) => [of(row), row]).sort(([a], [b]) => {
		if (none(a) || none(b))
			return none(a) - none(b);
		return down ? compare(b, a) : compare(a, b);
	}).map(([, row]) => row);
}


/**
 * Rows that have each word of a search somewhere
 *
 * @param {Array} rows                  Rows
 * @param {string} search               Words
 * @param {function(Object): string} of Text of a row
 * @return {Array}
 */
export function found(rows, search, of) {
	const words = search.toLowerCase().split(/\s+/).filter(Boolean);

	if (!words.length)
		return rows;
	return rows.filter((row) => {
		const text = of(row).toLowerCase();

		return words.every((word) => text.includes(word));
	});
}


/**
 * The part of a long list that can be seen
 *
 * @param {number} count  Rows
 * @param {number} height Of a row
 * @param {number} top    Of the list's first row, in the window
 * @param {number} view   Height of the window
 * @return {number[]} First, and the one after the last
 */
export function seen(count, height, top, view) {
	const more = 12;
	const first = Math.floor(-top / height) - more;
	const last = Math.ceil((view - top) / height) + more;

	return [Math.min(Math.max(0, first), Math.max(0, count - 1)),
		Math.max(0, Math.min(count, last))];
}
