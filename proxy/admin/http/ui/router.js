/**
 * @file router.js  What the part of the address behind # says
 */


/**
 * Read it: "#/call/1a2b?tab=x" is call, [1a2b], {tab: x}
 *
 * @param {string} hash With or without #
 * @return {Object} name, args, query
 */
export function parse(hash) {
	const [path, query] = hash.replace(/^#?\/?/, "").split("?");
	const parts = path.split("/").filter(Boolean).map((p) => {
		try {
			return decodeURIComponent(p);
		} catch {
			return p;
		}
	});

	return { name: parts[0] ?? "", args: parts.slice(1),
		query: Object.fromEntries(new URLSearchParams(query)) };
}


/**
 * Write it
 *
 * @param {string} name    Page
 * @param {Array} args     Its arguments
 * @param {Object} [query] Its query; empty values are left out
 * @return {string} "#/call/1a2b"
 */
export function link(name, args = [], query = {}) {
	const path = ["#", name, ...args.map(encodeURIComponent)].join("/");
	const some = Object.entries(query).filter(([, v]) => v !== "" &&
		v !== undefined && v !== null);

	return some.length ? `${path}?${new URLSearchParams(some)}` : path;
}
