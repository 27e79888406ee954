// What Grafana would do with the dashboard that is shipped: each of its
// expressions is asked of a Prometheus that scrapes a server, and has to have
// an answer; so do the alert rules that it has loaded. And the dashboard is
// laid out as Grafana expects it.
//
//   node grafana.mjs http://127.0.0.1:9090 scripts/package/grafana.json
import {readFileSync} from 'node:fs';

const WIDTH = 24;
const KINDS = ['row', 'stat', 'timeseries', 'heatmap'];
const [base, file] = process.argv.slice(2);
const board = JSON.parse(readFileSync(file, 'utf8'));
const panels = board.panels.filter((panel) => panel.type !== 'row');
const faults = [];

function must(what, is) {
	if (!is)
		faults.push(what);
}

function overlap(a, b) {
	return a.x < b.x + b.w && b.x < a.x + a.w &&
		a.y < b.y + b.h && b.y < a.y + a.h;
}

function checkPanel(panel) {
	const {x, y, w, h} = panel.gridPos;
	const refs = (panel.targets ?? []).map((target) => target.refId);

	must(`${panel.title}: a kind of panel`, KINDS.includes(panel.type));
	must(`${panel.title}: inside of the page`,
		x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= WIDTH);
	must(`${panel.title}: its targets differ`,
		new Set(refs).size === refs.length);
	for (const other of board.panels)
		must(`${panel.title} lies on ${other.title}`,
			other === panel ||
				!overlap(panel.gridPos, other.gridPos));
}

function checkLayout() {
	const ids = board.panels.map((panel) => panel.id);
	const known = board.templating.list.map((variable) => variable.name);
	const text = JSON.stringify(panels);

	must('a schema version', Number.isInteger(board.schemaVersion));
	must('each panel has an id of its own',
		new Set(ids).size === ids.length);
	for (const [, name] of text.matchAll(/\$\{?([a-z]\w*)/g))
		must(`$${name} is a variable`, known.includes(name));
	board.panels.forEach(checkPanel);
}

async function ask(path) {
	const answer = await (await fetch(base + path)).json();

	if (answer.status !== 'success')
		throw new Error(`${path}: ${answer.error}`);
	return answer.data;
}

// as Grafana fills in what it knows
function filled(expr) {
	return expr.replaceAll('$__rate_interval', '1m')
		.replaceAll('$instance', '.*');
}

async function checkTarget(panel, {expr}) {
	const query = encodeURIComponent(filled(expr));
	const {result} = await ask(`/api/v1/query?query=${query}`);

	must(`${panel.title}: no data: ${expr}`, result.length > 0);
	must(`${panel.title}: no numbers: ${expr}`,
		result.some(({value}) => Number.isFinite(Number(value[1]))));
}

async function checkRules() {
	const {groups} = await ask('/api/v1/rules');
	const rules = groups.flatMap((group) => group.rules);

	must('no alert rules', rules.length > 0);
	for (const rule of rules)
		must(`${rule.name}: ${rule.health} ${rule.lastError ?? ''}`,
			rule.health === 'ok');
	return rules.length;
}

checkLayout();
let asked = 0;
for (const panel of panels) {
	for (const target of panel.targets) {
		await checkTarget(panel, target);
		asked++;
	}
}
const rules = await checkRules();
for (const fault of faults)
	console.log(fault);
console.log(`${asked} expressions, ${rules} rules`);
process.exit(faults.length || !asked ? 1 : 0);
