/**
 * @file parts.js  What pages are made of
 */
import { el } from "./dom.js";
import { text, userAndDomain } from "./format.js";
import { link } from "./router.js";


/**
 * A state: a colour, and a word
 *
 * @param {string} word  Word
 * @param {string} state ok, warn, bad, info or ""
 * @return {Element}
 */
export const badge = (word, state) =>
	el("span", { class: `badge ${state || "plain"}` }, word);


/**
 * Head of a page
 *
 * @param {string} title Title
 * @param {...*} kids    Beside it
 * @return {Element}
 */
export const head = (title, ...kids) => el("div", { class: "page-head" },
	el("h1", { tabindex: -1 }, title), kids);


/**
 * A framed part of a page
 *
 * @param {string} title Title, or ""
 * @param {...*} kids    Contents
 * @return {Element}
 */
export const card = (title, ...kids) => el("section", { class: "card" },
	title ? el("h2", null, title) : null, kids);


/**
 * Names and values
 *
 * @param {Array} pairs [name, value]; what is empty is left out
 * @return {Element}
 */
export const facts = (pairs) => el("dl", { class: "facts" },
	pairs.filter(([, v]) => v !== undefined && v !== null && v !== "")
		.map(([name, v]) => el("div", null, el("dt", null, name),
			el("dd", null, v instanceof Node ? v : text(v)))));


/**
 * Somebody, whose domain is not what matters
 *
 * @param {string} uri   A sip URI, or an address of record
 * @param {Object} props Of a link or a button that it becomes; or none
 * @param {string} tag   Its name
 * @return {Element}
 */
export function person(uri, props, tag = "span") {
	const [user, domain] = userAndDomain(uri);

	return el(tag, { class: "person", ...props }, user,
		el("span", { class: "domain" }, domain));
}


/**
 * A link to another page
 *
 * @param {string} words Words
 * @param {string} name  Page
 * @param {Array} args   Its arguments
 * @return {Element}
 */
export const to = (words, name, args, query) =>
	el("a", { href: link(name, args, query) }, words);


/**
 * A button in a row of a table
 *
 * @param {string} act   Its action
 * @param {string} words What it says
 * @param {string} about What it is for, for who does not see the row
 * @return {Element}
 */
export const action = (act, words, about) => el("button", {
	type: "button", class: "small", "data-act": act,
	"aria-label": `${words} ${about}`,
}, words);


/**
 * Something is wrong with a whole page
 *
 * @param {string} what What is not there
 * @param {Error} err   Why
 * @return {Element}
 */
export const trouble = (what, err) => el("div", { class: "trouble" },
	el("h2", null, what), el("p", null, err.status === 501 ?
		"This server does not answer that." : err.message));
