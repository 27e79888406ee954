/**
 * @file login.js  Asks for the token
 */
import { el, replace } from "./dom.js";
import { get } from "./api.js";
import { setToken } from "./session.js";


/**
 * Show it instead of a page
 *
 * @param {Element} main    Where
 * @param {string} why      What is said first, or ""
 * @param {function()} done The token was taken
 * @param {function()} back Back to what needs none; or null
 */
export function showLogin(main, why, done, back) {
	const wrong = el("p", { class: "wrong", role: "alert" }, why);
	const input = el("input", { id: "token", type: "password",
		required: true, autocomplete: "current-password",
		"aria-describedby": "token-hint" });
	const form = el("form", { class: "login card",
		onsubmit: async (ev) => {
			ev.preventDefault();
			setToken(input.value.trim());
			try {
				await get("status");
				done();
			} catch (err) {
				setToken("");
				wrong.textContent = err.status === 401 ?
					"This token is not the server's." :
					err.message;
			}
		} }, el("h1", { tabindex: -1 }, "Sign in"),
	el("label", { for: "token" }, "Token"), input,
	el("small", { id: "token-hint" }, "On the server, ",
		el("code", null, "viaduct ctl token"), " prints it. It is " +
		"kept until this tab is closed."), wrong,
	el("button", { class: "primary" }, "Sign in"),
	back ? el("button", { type: "button", onclick: back },
		"Go on without") : null);

	replace(main, form);
	input.focus();
}
