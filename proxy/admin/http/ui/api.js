/**
 * @file api.js  Questions to the server, as its API takes them
 */
import { authorization } from "./session.js";

const BASE = "/api/v1/";
const TIMEOUT_MS = 15000;

/** What the server, or the way to it, has refused */
export class ApiError extends Error {
	/**
	 * @param {number} status  HTTP status, 0: it was not reached
	 * @param {string} message In words
	 */
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

const refusedHandlers = new Set();


/**
 * Be told when a token is missing or wrong
 *
 * @param {function(ApiError)} handler Handler
 */
export function onRefused(handler) {
	refusedHandlers.add(handler);
}


function path(name, query) {
	const q = new URLSearchParams();

	for (const [key, value] of Object.entries(query ?? {})) {
		if (value !== undefined && value !== null && value !== "")
			q.set(key, value);
	}
	const text = q.toString();

	return BASE + name + (text ? `?${text}` : "");
}


async function problem(response) {
	let text = response.statusText || `status ${response.status}`;

	try {
		const doc = await response.json();

		text = doc.detail || doc.title || doc.error || text;
	} catch {
		/* not JSON: the status says it */
	}
	return new ApiError(response.status, text);
}


async function send(method, url, body, signal) {
	const headers = authorization();

	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	try {
		return await fetch(url, {
			method, headers, signal, cache: "no-store",
			body: body === undefined ? undefined :
				JSON.stringify(body),
		});
	} catch (err) {
		throw new ApiError(0, err.name === "TimeoutError" ?
			"The server took too long to answer." :
			"The server cannot be reached.");
	}
}


async function checked(method, url, body, signal) {
	const response = await send(method, url, body, signal);

	if (response.ok)
		return response;
	const err = await problem(response);

	if (err.status === 401)
		refusedHandlers.forEach((handler) => handler(err));
	throw err;
}


async function ask(method, name, query, body) {
	const response = await checked(method, path(name, query), body,
		AbortSignal.timeout(TIMEOUT_MS));

	if (response.status === 204)
		return {};
	const text = await response.text();

	try {
		return text ? JSON.parse(text) : {};
	} catch {
		throw new ApiError(0, "The server's answer is not JSON.");
	}
}


/**
 * Read
 *
 * @param {string} name    Path below /api/v1/
 * @param {Object} [query] Query parameters; empty ones are left out
 * @return {Promise<Object>} Answer
 */
export const get = (name, query) => ask("GET", name, query);


/**
 * Change
 *
 * @param {string} method Method
 * @param {string} name   Path below /api/v1/
 * @param {Object} [body] Body
 * @return {Promise<Object>} Answer
 */
export const change = (method, name, body) =>
	ask(method, name, undefined, body);


/**
 * Read a stream: its response as it comes
 *
 * @param {string} name        Path below /api/v1/
 * @param {AbortSignal} signal Ends it
 * @return {Promise<Response>}
 */
export const stream = (name, signal) =>
	checked("GET", path(name), undefined, signal);


/**
 * Read a file and hand it to the browser's downloads
 *
 * @param {string} name     Path below /api/v1/
 * @param {Object} query    Query parameters
 * @param {string} filename Its name there
 */
export async function download(name, query, filename) {
	const response = await checked("GET", path(name, query));
	const url = URL.createObjectURL(await response.blob());
	const a = document.createElement("a");

	a.href = url;
	a.download = filename;
	a.click();
	setTimeout(() => URL.revokeObjectURL(url), 60000);
}


/**
 * A part of a path
 *
 * @param {*} text Anything
 * @return {string}
 */
export const part = (text) => encodeURIComponent(String(text));
