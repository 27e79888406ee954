/**
 * @file dom.js  Elements; text goes in as text, never as markup
 */

const SVG = "http://www.w3.org/2000/svg";


function put(node, key, value) {
	if (value === undefined || value === null || value === false)
		return;
	if (key.startsWith("on"))
		node.addEventListener(key.slice(2), value);
	else
		node.setAttribute(key, value === true ? "" : value);
}


function fill(node, props, kids) {
	for (const [key, value] of Object.entries(props ?? {}))
		put(node, key, value);
	append(node, kids);
	return node;
}


/**
 * Append what is there
 *
 * @param {Element} node Parent
 * @param {Array} kids   Nodes, texts, lists of them; null is left out
 */
export function append(node, kids) {
	for (const kid of [kids].flat(Infinity)) {
		if (kid !== null && kid !== undefined && kid !== false)
			node.append(kid);
	}
}


/**
 * Make an HTML element
 *
 * @param {string} tag   Name
 * @param {Object} props Attributes; "onclick" and the like are listeners
 * @param {...*} kids    Nodes or texts
 * @return {HTMLElement}
 */
export function el(tag, props, ...kids) {
	return fill(document.createElement(tag), props, kids);
}


/**
 * Make an SVG element
 *
 * @param {string} tag   Name
 * @param {Object} props Attributes and listeners
 * @param {...*} kids    Nodes or texts
 * @return {SVGElement}
 */
export function svg(tag, props, ...kids) {
	return fill(document.createElementNS(SVG, tag), props, kids);
}


/**
 * Put other children into a node
 *
 * @param {Element} node Parent
 * @param {...*} kids    Nodes or texts
 * @return {Element} node
 */
export function replace(node, ...kids) {
	node.replaceChildren();
	append(node, kids);
	return node;
}


/**
 * Set a text, if it is another one: a reader of screens is not disturbed
 *
 * @param {Node} node   Node
 * @param {string} text Text
 */
export function setText(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}
