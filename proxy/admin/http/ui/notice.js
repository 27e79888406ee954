/**
 * @file notice.js  What was done, and what went wrong: said once, politely
 */
import { el } from "./dom.js";

const STAYS_MS = 6000;
const MOST = 4;


/**
 * Say something
 *
 * @param {string} text    What
 * @param {string} [state] ok or bad
 */
export function notice(text, state = "ok") {
	const box = el("p", { class: `notice ${state}` }, text);

	const all = document.getElementById("notices");

	all.append(box);
	if (all.children.length > MOST)
		all.firstChild.remove();
	setTimeout(() => box.remove(), STAYS_MS);
}


/**
 * Do something that may fail, and say how it went
 *
 * @param {function(): Promise} work What
 * @param {string} [done]            What is said when it went well
 * @return {Promise<boolean>} Whether it did
 */
export async function attempt(work, done) {
	try {
		await work();
	} catch (err) {
		notice(err.message, "bad");
		return false;
	}
	if (done)
		notice(done);
	return true;
}
