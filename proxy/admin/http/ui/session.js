/**
 * @file session.js  The token: of this tab, until it is closed
 */

const KEY = "viaduct.token";


/** @return {string} The token, or "" */
export function token() {
	return sessionStorage.getItem(KEY) ?? "";
}


/**
 * Keep a token
 *
 * @param {string} text Token; "" forgets it
 */
export function setToken(text) {
	if (text)
		sessionStorage.setItem(KEY, text);
	else
		sessionStorage.removeItem(KEY);
}


/** @return {Object} What goes with each request */
export function authorization() {
	const text = token();

	return text ? { Authorization: `Bearer ${text}` } : {};
}
